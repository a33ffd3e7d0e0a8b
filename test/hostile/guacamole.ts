/** Guacamole 1.5: AuthenticationService.java. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'gw tomcat9[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    {
      logs: [
        '20:00:00.907 [http-nio-8080-exec-10] WARN  o.a.g.r.auth.AuthenticationService - Authentication attempt from {peer} for user "{user}" failed.',
      ],
    },
    {
      logs: [
        '20:00:00.907 [http-nio-8080-exec-10] INFO  o.a.g.r.auth.AuthenticationService - User "{user}" successfully authenticated from {peer}.',
      ],
      counts: [],
    },
  ],
};
