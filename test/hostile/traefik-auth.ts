/**
 * Traefik 2.11 and 3: pkg/middlewares/accesslog/logger_formatters.go; logrus, formatter JSONFormatter. What a
 * newline in a name does to the common format is said in units/traefik-auth.conf.
 */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

/** Go's %q. */
function quoted(text: string): string {
  return escapeJson(text);
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, '');
}

export const table: HostileTable = {
  line: 'web traefik[7]: ',
  transport: 'stdout',
  options: [{ mode: 'normal' }, { mode: 'ddos' }, { mode: 'aggressive' }],
  fields: {
    name: { honest: 'anna', write: oneLine },
    user: { honest: 'anna', write: escapeJson },
    path: { honest: 'x', write: quoted },
    text: { honest: 'x', write: escapeJson },
  },
  messages: [
    {
      logs: [
        '{peer} - {name} [28/Nov/2026:20:00:00 +0000] "GET /{path} HTTP/2.0" 401 17 "-" "{path}" 7 "a@file" "-" 0ms',
      ],
      counts: ['normal', 'aggressive'],
    },
    {
      logs: ['{peer} - - [28/Nov/2026:20:00:00 +0000] "GET /{path} HTTP/2.0" 401 17 "-" "{path}" 7 "a@file" "-" 0ms'],
      counts: ['ddos', 'aggressive'],
    },
    {
      logs: [
        '{peer} - {name} [28/Nov/2026:20:00:00 +0000] "GET /{path} HTTP/2.0" 200 17 "-" "{path}" 7 "a@file" "-" 0ms',
      ],
      counts: [],
    },
    {
      logs: [
        '{"ClientAddr":"{peer}:4","ClientHost":"{peer}","ClientPort":"4","ClientUsername":"{user}","DownstreamStatus":401,"RequestPath":"/{text}"}',
      ],
      counts: ['normal', 'aggressive'],
    },
    {
      logs: [
        '{"ClientAddr":"{peer}:4","ClientHost":"{peer}","ClientPort":"4","ClientUsername":"{user}","DownstreamStatus":200,"RequestPath":"/{text}"}',
      ],
      counts: [],
    },
  ],
};
