/** strnvis of OpenSSH with VIS_CSTYLE, VIS_NL, VIS_TAB and VIS_OCTAL: what is no printable ASCII becomes an escape. */
const named: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\b': '\\b',
  '\u0007': '\\a',
  '\v': '\\v',
  '\t': '\\t',
  '\f': '\\f',
};

/** The text ends at its first NUL, as C's do. */
export function vis(text: string): string {
  const [kept = ''] = text.split('\0');
  return Array.from(Buffer.from(kept).toString('latin1'), written).join('');
}

function written(byte: string): string {
  if (byte === '\\') return '\\\\';
  if (byte >= ' ' && byte <= '~') return byte;
  return named[byte] ?? `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
