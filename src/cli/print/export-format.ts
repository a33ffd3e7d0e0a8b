/**
 * The format in which entries of a journal go from one program to another, https://systemd.io/JOURNAL_EXPORT_FORMATS:
 * whatever a value holds, it is one value for who reads it back.
 */

/** What journalctl takes for no text: control characters but the tab. */
const BINARY = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/;

/** One entry. */
export function exportFormat(fields: readonly (readonly [name: string, value: string])[]): Uint8Array {
  return Buffer.concat([...fields.flatMap(([name, value]) => fieldOf(name, value)), Buffer.from('\n')]);
}

function fieldOf(name: string, value: string): readonly Uint8Array[] {
  if (!BINARY.test(value)) return [Buffer.from(`${name}=${value}\n`)];
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return [Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')];
}
