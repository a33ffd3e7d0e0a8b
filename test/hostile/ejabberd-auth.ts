/** ejabberd 23: ejabberd_c2s.erl. Accounts hold no blanks and no controls (nodeprep). */
import type { HostileTable } from '../support/hostile/table.js';

function node(text: string): string {
  return text.replace(/[\0- "&'/:<>@\x7f]/g, '');
}

export const table: HostileTable = {
  line: 'xmpp ejabberdctl[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 500, write: node },
  },
  messages: [
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
  ],
};
