/** Guacamole 1.5: AuthenticationService.java. */
import type { HostileTable } from '../support/hostile/table.js';

const ADDRESS = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F]*(?::[\da-fA-F]*){0,7})`;
const FORWARDED = new RegExp(`^${ADDRESS}(?:, ${ADDRESS})*$`);

/** getLoggableAddress(): the header is shown if it is a list of addresses, and the connection's stands behind it. */
function forwarded(text: string): string {
  return FORWARDED.test(text) ? `[${text}, ` : '';
}

export const table: HostileTable = {
  line: 'gw tomcat9[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') },
    list: { honest: '203.0.113.4', write: forwarded },
    end: { of: 'list', honest: '203.0.113.4', write: (text) => (FORWARDED.test(text) ? ']' : '') },
  },
  messages: [
    {
      logs: [
        '20:00:00.907 [http-nio-8080-exec-10] WARN  o.a.g.r.auth.AuthenticationService - Authentication attempt from {peer} for user "{user}" failed.',
      ],
    },
    {
      logs: [
        '20:00:00.907 [http-nio-8080-exec-10] WARN  o.a.g.r.auth.AuthenticationService - Authentication attempt from {list}{peer}{end} for user "{user}" failed.',
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
