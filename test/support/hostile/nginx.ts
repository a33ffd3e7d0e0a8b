/** How nginx writes what its clients send: in the error log as it came, paths decoded; in the access log with escapes. */
import type { Field, HostileTable } from './table.js';

/** Through syslog, where nginx names the host again. On standard error a newline in a path makes a line of its own. */
export const errorLog: Pick<HostileTable, 'line' | 'transport' | 'limit'> = {
  line: 'web nginx[7]: web nginx: ',
  transport: 'syslog',
  limit: 2047,
};

/** A request line has no blanks and controls of its own: 1.21.1 and later refuse them. */
function encoded(path: string): string {
  return `/${Array.from(Buffer.from(path).toString('latin1'), encodedByte).join('')}`;
}

function encodedByte(byte: string): string {
  return /[\w./-]/.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function decoded(path: string): string {
  return `/${path.replaceAll('\0', '')}`;
}

/** ngx_http_log_escape() */
export function escaped(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  return Array.from(bytes, (byte) => {
    if (byte >= ' ' && byte <= '~' && byte !== '"' && byte !== '\\') return byte;
    return `\\x${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

/** ngx_http_validate_host() */
function validHost(text: string): string {
  return text.replace(/[\0-\u0020\u007f/]/g, '');
}

/** A header's value ends at a newline. */
function header(text: string): string {
  return text.replace(/[\r\n\0]/g, '');
}

export const fields: Readonly<Record<string, Field>> = {
  path: { honest: 'wp-login.php', write: encoded },
  decoded: { of: 'path', honest: 'wp-login.php', write: decoded },
  host: { honest: 'www.example.org', write: validHost },
  loggedHost: { of: 'host', honest: 'www.example.org', write: (text) => escaped(validHost(text)) },
  referrer: { honest: 'https://example.org/', write: header },
  loggedReferrer: { of: 'referrer', honest: 'https://example.org/', write: escaped },
  agent: { honest: 'Mozilla/5.0', write: escaped },
  account: { honest: '-', write: escaped },
};

export const clientAfter =
  ', client: {peer}, server: _, request: "GET {path} HTTP/1.1", host: "{host}", referrer: "{referrer}"';

/** A line of the combined format. */
export function access(status: number): string {
  return `{peer} - {account} [28/Nov/2026:20:00:00 +0000] "GET {path} HTTP/1.1" ${status} 153 "{loggedReferrer}" "{agent}"`;
}

/** A line of the combined format behind the host that was asked for. */
export function hostedAccess(status: number): string {
  return `{loggedHost} ${access(status)}`;
}

/** A line of Nginx Proxy Manager's access log. */
export function proxyAccess(status: number): string {
  return `[28/Nov/2026:20:00:00 +0000] - ${status} ${status} - GET https {loggedHost} "{path}" [Client {peer}] [Length 153] [Gzip -] [Sent-to app] "{agent}" "{loggedReferrer}"`;
}
