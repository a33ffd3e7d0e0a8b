/** Gitea 1.22: routers/web/auth/auth.go, modules/ssh/ssh.go. What a newline in a name does is said in units/gitea.conf. */
import type { HostileTable } from '../support/hostile/table.js';

const start = '2026/11/28 20:00:00 routers/web/auth/auth.go:204:SignInPost() [I] ';

export const table: HostileTable = {
  line: 'git gitea[7]: ',
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
