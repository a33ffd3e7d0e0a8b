/** Failures as they lie in a row of the tally log, compressed at once or, when they are many, by a thread. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failuresFromBytes, failuresToBytes } from '../../../src/store/tables/tally-row.js';

const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ['sshd', `192.0.2.${n % 250}`, 1_796_000_000_000_000 + n * 997, `i=${n}`]);

for (const [kind, count] of [
  ['one', 1],
  ['some', 100],
  ['many', 2_000],
] as const) {
  test(`of ${kind}, what is read is what was written, and changed or missing bytes are known to be wrong`, async () => {
    const rows = rowsOf(count);
    const bytes = await failuresToBytes(rows);
    assert.ok(bytes !== null);
    assert.deepEqual(await failuresFromBytes(bytes), rows);
    for (const at of [0, 20, bytes.length >> 1, bytes.length - 5]) {
      const changed: Buffer = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(at) ^ 0x55, at);
      assert.equal(await failuresFromBytes(changed), undefined, `byte ${at}`);
      assert.equal(await failuresFromBytes(bytes.subarray(0, at)), undefined, `${at} bytes`);
    }
  });
}
