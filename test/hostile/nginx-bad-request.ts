/** nginx 1.22 to 1.30: ngx_http_log_module.c, ngx_http_request.c, ngx_http_parse.c, ngx_log.c. */
import { access, clientAfter, errorLog, fields } from '../support/hostile/nginx.js';
import type { HostileTable } from '../support/hostile/table.js';

const start = '2026/11/28 20:00:00 [info] 7#7: *1';

export const table: HostileTable = {
  ...errorLog,
  options: [{}],
  fields: { ...fields, header: { honest: 'x', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    { logs: [access(400)] },
    { logs: [access(404)], counts: [] },
    {
      logs: [
        `${start} client sent invalid method while reading client request line, client: {peer}, server: _, request: "{path}"`,
      ],
    },
    { logs: [`${start} client sent invalid host header while reading client request headers${clientAfter}`] },
    {
      logs: [`${start} client sent invalid header line: "{header}" while reading client request headers${clientAfter}`],
    },
    {
      logs: [
        `${start} client sent duplicate header line: "Host: {header}", previous value: "Host: {host}" while reading client request headers${clientAfter}`,
      ],
    },
    {
      logs: [
        `${start} client sent header "X" with invalid value: "{header}" while reading client request headers${clientAfter}`,
      ],
    },
    {
      logs: [`${start} client sent unknown pseudo-header ":{header}" while processing HTTP/2 connection${clientAfter}`],
    },
    { logs: [`${start} open() "/srv{decoded}" failed (2: No such file or directory)${clientAfter}`], counts: [] },
  ],
};
