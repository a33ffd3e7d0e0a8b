/** nginx 1.22 and 1.26: ngx_http_access_module.c, ngx_http_core_module.c, ngx_http_request.c, ngx_log.c. */
import { clientAfter, errorLog, fields } from '../support/hostile/nginx.js';
import type { HostileTable } from '../support/hostile/table.js';

const start = '2026/11/28 20:00:00 [error] 7#7: *1';

export const table: HostileTable = {
  ...errorLog,
  options: [{}],
  fields,
  messages: [
    { logs: [`${start} access forbidden by rule${clientAfter}`] },
    { logs: [`${start} directory index of "/srv/html{decoded}/" is forbidden${clientAfter}`] },
    {
      logs: [
        `${start} [client {peer}] ModSecurity: Access denied with code 403 (phase 1). Matched "{host}"${clientAfter}`,
      ],
    },
    { logs: [`${start} access forbidden by rule while initializing session, client: {peer}, server: 0.0.0.0:3306`] },
    { logs: [`${start} open() "/srv/html{decoded}" failed (13: Permission denied)${clientAfter}`], counts: [] },
  ],
};
