/** ejabberd 23: ejabberd_c2s.erl. Accounts hold no blanks and no controls (nodeprep). ejabberd_web_admin.erl: what it prints as a term. */
import type { HostileTable } from '../support/hostile/table.js';

function node(text: string): string {
  return text.replace(/[\0- "&'/:<>@\x7f]/g, '');
}

/** As ~p of io:format prints a text. */
function quotedTerm(text: string): string {
  return text
    .replace(/[\\"]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/[\0-\x1f\x7f]/g, '');
}

export const table: HostileTable = {
  line: 'xmpp ejabberdctl[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 500, write: node },
    account: { honest: 'admin@example.org', max: 40, write: quotedTerm },
  },
  messages: [
    {
      logs: [
        '2026-01-01 10:00:00.123456+01:00 [warning] <0.701.0>@ejabberd_web_admin:process2/2:222 Access of <<"{account}">> from <<"{peer}">> failed with error: <<"inexistent-account">>',
      ],
    },
    {
      logs: [
        '2026-01-01 10:00:00.123456+01:00 [warning] <0.668.0>@ejabberd_c2s:process_auth_result/3:285 (tls|<0.668.0>) Failed c2s PLAIN authentication for {user}@example.org from {peer}: Invalid username or password',
      ],
    },
    {
      logs: [
        '2026-01-01 10:00:00.123456+01:00 [info] <0.668.0>@ejabberd_c2s:process_auth_result/3:272 (tls|<0.668.0>) Accepted c2s PLAIN authentication for {user}@example.org by mnesia backend from {peer}',
      ],
      counts: [],
    },
    {
      logs: [
        '2026-01-01 10:00:00.123456+01:00 [warning] <0.668.0>@ejabberd_service:handle_auth_failure/4:197 (tcp|<0.668.0>) Failed external component handshake authentication for {user} from {peer}: not-authorized',
      ],
    },
    {
      logs: [
        '2026-01-01 10:00:00.123456+01:00 [warning] <0.668.0>@mod_mqtt_session:log_disconnection/2:1441 Closing MQTT connection for {user}@h from {peer}: Protocol error: x',
      ],
      counts: [],
    },
  ],
};
