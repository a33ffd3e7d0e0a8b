/**
 * Countries from files of the format before MaxMind DB, which Debian's geoip-database has: GeoIP.dat for IPv4 and
 * GeoIPv6.dat for IPv6. Such a file is a tree of address bits, two records of three bytes a node, and names its kind at its
 * end. Invariant: a lookup follows at most one node for each bit, whatever the file holds.
 */
import { type Address, bitsOf } from '../core/address/address.js';
import { Malformed } from './data-reader.js';
import { bitAt } from './database.js';

/** In libGeoIP's order, two letters for each number; what is no country is `--`, as is what only says "Europe". */
const CODES =
  '------ADAEAFAGAIALAMCWAOAQARASATAUAWAZBABBBDBEBFBGBHBIBJBMBNBOBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCXCYCZDEDJDK' +
  'DMDODZECEEEGEHERESETFIFJFKFMFOFRSXGAGBGDGEGFGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILINIOIQIRISITJMJOJPKEKGKHKIKMKN' +
  'KPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPN' +
  'PRPSPTPWPYQARERORURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSTSVSYSZTCTDTFTGTHTJTKTMTNTOTLTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWF' +
  'WSYEYTRSZAZMMEZW------AXGGIMJEBLMFBQSS--';

/** A record that is no node: the number of a country behind it. */
const FIRST_COUNTRY = 0xffff00;
const NODE_SIZE = 6;
const RECORD_SIZE = 3;
/** Before the kind of the file, in its last bytes. */
const MARKER = Buffer.from([0xff, 0xff, 0xff]);
const MOST_BEHIND = 20;
/** Kinds of files, as their last byte says. */
const KINDS = { 4: 1, 6: 12 } as const;

/** The first bit of an address of that family. */
const FIRST_BIT = { 4: 96, 6: 0 } as const;

/** What is asked of a database. */
export class LegacyCountries {
  readonly #trees: Readonly<Record<4 | 6, Buffer | undefined>>;

  /** Throws Malformed for a file of another kind. */
  constructor(trees: Readonly<Record<4 | 6, Buffer | undefined>>) {
    for (const family of [4, 6] as const) requireKind(trees[family], KINDS[family]);
    this.#trees = trees;
  }

  /** The number of the country of an address, or of all that lies in a prefix. Throws Malformed. */
  recordOf(address: Address): number | undefined {
    const tree = this.#trees[address.family];
    if (tree === undefined) return undefined;
    const end = bitsOf(address);
    let node = 0;
    for (let bit = FIRST_BIT[address.family]; bit < end; bit += 1) {
      const at = node * NODE_SIZE + RECORD_SIZE * bitAt(address, bit);
      if (at + RECORD_SIZE > tree.length) throw new Malformed('it is cut off');
      node = tree.readUIntLE(at, RECORD_SIZE);
      if (node >= FIRST_COUNTRY) return node - FIRST_COUNTRY;
    }
    return undefined;
  }

  /** Its two letters, where MaxMind DB files of flat records have them. */
  value(record: number, path: readonly string[]): string | undefined {
    return path.join() === 'country_code' ? CODES.slice(2 * record, 2 * record + 2) : undefined;
  }
}

function requireKind(file: Buffer | undefined, kind: number): void {
  if (file === undefined) return;
  const at = file.lastIndexOf(MARKER, -MARKER.length);
  const isNear = at >= 0 && at >= file.length - MARKER.length - MOST_BEHIND;
  if (!isNear || file[at + MARKER.length] !== kind) throw new Malformed('it is no database of countries');
}
