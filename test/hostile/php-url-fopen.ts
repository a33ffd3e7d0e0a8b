/** Apache httpd 2.4: mod_log_config.c, the combined format. */
import { escapeLogItem } from '../support/hostile/apache.js';
import type { HostileTable } from '../support/hostile/table.js';

const start = '{peer} - {account} [28/Nov/2026:20:00:00 +0000]';
const field = (honest: string) => ({ honest, write: escapeLogItem });

export const table: HostileTable = {
  line: 'web apache2[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { account: field('-'), path: field('x'), referrer: field('-'), agent: field('Mozilla/5.0') },
  messages: [
    { logs: [`${start} "GET /a.php?f=http://a/b.txt? HTTP/1.1" 200 153 "{referrer}" "{agent}"`] },
    { logs: [`${start} "GET /a.php?f=ftp://a/b HTTP/1.1" 200 153 "{referrer}" "{agent}"`] },
    { logs: [`${start} "POST /?-d+allow_url_include%3d1 HTTP/1.1" 200 153 "{referrer}" "{agent}"`] },
    { logs: [`${start} "GET /{path} HTTP/1.1" 200 153 "{referrer}" "{agent}"`], counts: [] },
  ],
};
