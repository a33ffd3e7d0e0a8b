/** How Apache httpd 2.4 writes what its clients send: server/util.c, ap_escape_logitem and ap_escape_errorlog_item. */

const named: Readonly<Record<string, string>> = { '\b': '\\b', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };

/** In quotes of an access log. */
export function escapeLogItem(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  return Array.from(bytes, (byte) => {
    if (byte === '"' || byte === '\\') return `\\${byte}`;
    if (byte >= ' ' && byte <= '~') return byte;
    return named[byte] ?? `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  }).join('');
}

/** In the error log: quotes stay as they are. */
export function escapeErrorItem(text: string): string {
  return escapeLogItem(text).replaceAll('\\"', '"');
}
