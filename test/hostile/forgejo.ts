/** Forgejo 7: routers/web/auth/auth.go, modules/ssh/ssh.go; modules/log/event_format.go begins further lines with a tab. */
import type { HostileTable } from '../support/hostile/table.js';

const start = '2026/11/28 20:00:00 routers/web/auth/auth.go:204:SignInPost() [I] ';

export const table: HostileTable = {
  line: 'git forgejo[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => text.replace(/[\0\n]/g, '') } },
  messages: [
    {
      logs: [
        `${start}Failed authentication attempt for {user} from {peer}: user does not exist [uid: 0, name: {user}]`,
      ],
    },
    { logs: [`${start}Failed authentication attempt for {user} from {peer}`] },
    { logs: [`${start}Failed authentication attempt from {peer}`] },
    { logs: [`${start}Failed to load {user}`], counts: [] },
  ],
};
