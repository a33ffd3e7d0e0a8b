/** Files of the format before MaxMind DB, as libGeoIP reads them. */
import { type Address, bitsOf } from '../../src/core/address/address.js';

const FIRST_COUNTRY = 0xffff00;

type Side = 0 | 1;
type Node = [left: number, right: number];

function bitsIn(address: Address): readonly Side[] {
  const words = [address.w0, address.w1, address.w2, address.w3];
  const bits = words.map((word) => (word >>> 0).toString(2).padStart(32, '0')).join('');
  return [...bits.slice(address.family === 4 ? 96 : 0, bitsOf(address))].map((bit) => (bit === '1' ? 1 : 0));
}

/** The node below that side; one is made of what was told there so far. */
function below(nodes: Node[], node: number, side: Side): number {
  const pair = nodes[node] ?? [0, 0];
  if (pair[side] >= FIRST_COUNTRY) pair[side] = nodes.push([pair[side], pair[side]]) - 1;
  return pair[side];
}

/** `countries`: the numbers of prefixes, wider ones before those within them; 0 for what is not named. */
export function encodeLegacy(family: 4 | 6, countries: readonly (readonly [Address, number])[]): Buffer {
  const nodes: Node[] = [[FIRST_COUNTRY, FIRST_COUNTRY]];
  for (const [address, country] of countries) {
    const path = bitsIn(address);
    const node = path.slice(0, -1).reduce<number>((at, side) => below(nodes, at, side), 0);
    const pair = nodes[node];
    if (pair !== undefined) pair[path.at(-1) ?? 0] = FIRST_COUNTRY + country;
  }
  const tree = Buffer.alloc(6 * nodes.length);
  for (const [index, [left, right]] of nodes.entries()) {
    tree.writeUIntLE(left, 6 * index, 3);
    tree.writeUIntLE(right, 6 * index + 3, 3);
  }
  return Buffer.concat([tree, Buffer.from('\0\0\0GEO test'), Buffer.from([255, 255, 255, family === 4 ? 1 : 12])]);
}
