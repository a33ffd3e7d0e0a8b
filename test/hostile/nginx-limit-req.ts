/** nginx 1.22 and 1.26: ngx_http_limit_req_module.c, ngx_http_limit_conn_module.c, ngx_http_request.c, ngx_log.c. */
import { clientAfter, errorLog, fields } from '../support/hostile/nginx.js';
import type { HostileTable } from '../support/hostile/table.js';

const start = '2026/11/28 20:00:00 [error] 7#7: *1';

export const table: HostileTable = {
  ...errorLog,
  options: [{}],
  fields: { ...fields, key: { honest: 'x' } },
  messages: [
    { logs: [`${start} limiting requests, excess: 1.852 by zone "one"${clientAfter}`] },
    { logs: [`${start} limiting connections by zone "addr"${clientAfter}`] },
    { logs: [`${start} limiting requests, dry run, excess: 1.852 by zone "one"${clientAfter}`], counts: [] },
    { logs: [`${start} the value of the "$arg_key" key is more than 65535 bytes: "{key}"${clientAfter}`], counts: [] },
    { logs: [`${start} open() "/srv{decoded}" failed (2: No such file or directory)${clientAfter}`], counts: [] },
  ],
};
