/** nginx 1.22 and 1.26: ngx_http_log_module.c, ngx_http_static_module.c, ngx_http_request.c, ngx_log.c. */
import { access, clientAfter, errorLog, fields, hostedAccess, proxyAccess } from '../support/hostile/nginx.js';
import type { HostileTable } from '../support/hostile/table.js';

const start = '2026/11/28 20:00:00 [error] 7#7: *1';

export const table: HostileTable = {
  ...errorLog,
  options: [{}],
  fields,
  messages: [
    { logs: [`${start} open() "/srv/html{decoded}" failed (2: No such file or directory)${clientAfter}`] },
    { logs: [access(404)] },
    { logs: [access(200).replace('{path}', '/?f=/etc/passwd&g={path}')] },
    { logs: [hostedAccess(404)] },
    { logs: [proxyAccess(404)] },
    { logs: [hostedAccess(200)], counts: [] },
    { logs: [access(200)], counts: [] },
    { logs: [`${start} open() "/srv/html{decoded}" failed (13: Permission denied)${clientAfter}`], counts: [] },
  ],
};
