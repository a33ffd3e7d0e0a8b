/** `f2bctl bans`: the bans in force. */
import { InvalidArgumentError, Option } from 'commander';
import type { AgentStatus } from '../../agent/agent-status.js';
import type { BanView } from '../../agent/explanation.js';
import type { AgentClient } from '../../control/client.js';
import { jailAmong } from '../../control/jail-named.js';
import { type Address, overlaps, parseAddress } from '../../core/address/address.js';
import { F2bError } from '../../errors.js';
import { addressesOf, prefixBegun, rightLength } from '../arguments/address-argument.js';
import { refuseSwitchedOff } from '../arguments/jail-argument.js';
import { BAN_ORDERS, type BanOrder, orderBy } from '../ban-orders.js';
import { type AddCommand, isForPrograms, type OutputOptions, outputOption, printTable, withAgent } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { type GeoIpOptions, geoipOption, type Locate, locating } from '../geoip.js';
import { banColumns, banRecord, bansBelow } from '../print/bans.js';
import { jsonText } from '../print/json.js';
import { styleFor } from '../print/style.js';
import { Table } from '../print/table.js';

interface BansOptions extends OutputOptions, GeoIpOptions {
  readonly jail?: string;
  readonly sort: BanOrder;
  readonly lines?: number;
  readonly reverse?: boolean;
}

/** `f2bctl bans [JAIL|ADDRESS|PREFIX…] [--sort=KEY] [-n N] [-r]` */
export const addBans: AddCommand = (program, dependencies) => {
  program
    .command('bans')
    .description('list the bans in force: all, or those of jails, addresses and prefixes')
    .argument('[what...]', 'jails, addresses, prefixes or host names')
    .option('-j, --jail <jail>', 'only of this jail')
    .addOption(new Option('--sort <key>', 'in which order').choices(BAN_ORDERS).default('since'))
    .option('-n, --lines <n>', 'at most so many, the last of them', count)
    .option('-r, --reverse', 'in the opposite order')
    .addOption(geoipOption())
    .addOption(outputOption())
    .action((what: readonly string[], options: BansOptions) =>
      list(
        what.map((word) => FAMILIES.get(word) ?? word),
        options,
        dependencies,
      ),
    );
};

/** As ss(8) and ip(8) have them. commander takes them for numbers. */
const FAMILIES: ReadonlyMap<string, string> = new Map([
  ['-4', '0.0.0.0/0'],
  ['-6', '::/0'],
]);

/** `f2bctl search PREFIX…` */
export const addSearch: AddCommand = (program, dependencies) => {
  program
    .command('search')
    .description('list the bans that touch addresses or prefixes')
    .argument('<address...>', 'addresses, prefixes or host names')
    .addOption(geoipOption())
    .addOption(outputOption())
    .action((what: readonly string[], options: OutputOptions & GeoIpOptions) =>
      list(what, { ...options, sort: 'address' }, dependencies),
    );
};

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a number.');
  return Number(text);
}

async function list(what: readonly string[], options: BansOptions, dependencies: Dependencies): Promise<void> {
  await withAgent(dependencies, async (client) => {
    const asked = options.jail === undefined ? what : [...what, options.jail];
    const selection = await selectionOf(asked, () => client.status(), dependencies);
    await locating(options, dependencies, (locate) => listSelected(client, selection, locate, options, dependencies));
  });
}

async function listSelected(
  client: Pick<AgentClient, 'banPages'>,
  { jails, addresses }: BanSelection,
  locate: Locate,
  options: BansOptions,
  dependencies: Dependencies,
): Promise<void> {
  const listing = isForPrograms(options) ? records(locate, options, dependencies) : table(locate, dependencies);
  const order = orderBy[options.sort].positions();
  const [only] = jails;
  const ofJail = jails.length === 1 && only !== undefined ? { jail: only } : {};
  const wanted = isWanted(jails, addresses);
  for await (const page of client.banPages({ evidence: isForPrograms(options), ...ofJail })) {
    for (const view of page.filter(wanted)) {
      order.add(view.ban);
      listing.add(view);
    }
  }
  const sorted = order.sorted();
  await listing.show(arranged(sorted, options), sorted.length);
}

/**
 * Bans come in pages; of a hundred thousand only what is shown of each is kept, and made while the agent puts the next
 * page together.
 */
interface Listing {
  add(view: BanView): void;
  /** Those at these positions of all that were added, which are so many. */
  show(positions: readonly number[], all: number): Promise<void>;
}

function records(locate: Locate, { output }: BansOptions, dependencies: Dependencies): Listing {
  const all: object[] = [];
  return {
    add: (view) => void all.push(banRecord(view, locate)),
    show: async (positions) =>
      dependencies.output.write(
        jsonText(
          positions.map((at) => all[at]),
          output,
        ),
      ),
  };
}

function table(locate: Locate, dependencies: Dependencies): Listing {
  const { output, environment, now, zone } = dependencies;
  const rows = new Table(banColumns({ now: now(), zone }, locate), styleFor(output, environment));
  return {
    add: (view) => rows.add(view),
    show: (positions, all) => printTable(dependencies, rows, positions, bansBelow(positions.length, all)),
  };
}

interface BanSelection {
  readonly jails: readonly string[];
  readonly addresses: readonly Address[];
}

/** A word is an address, else a jail, else the name of a host. Throws UNKNOWN_JAIL. */
async function selectionOf(
  words: readonly string[],
  status: () => Promise<Pick<AgentStatus, 'jails'>>,
  { resolve, configuration }: Dependencies,
): Promise<BanSelection> {
  const jails: string[] = [];
  const addresses: Address[] = [];
  if (words.length === 0) return { jails, addresses };
  const known = (await status()).jails;
  for (const word of words) {
    const jail = parseAddress(word) === undefined ? jailAmong(word, known) : undefined;
    if (jail !== undefined) jails.push(jail.name);
    else addresses.push(...(await addressesOf(word, resolve).catch(() => unknown(word, configuration))));
  }
  return { jails, addresses };
}

async function unknown(word: string, configuration: Dependencies['configuration']): Promise<never> {
  const prefix = prefixBegun(word);
  const hint = prefix === undefined ? rightLength(word) : `did you mean ${prefix.text}?`;
  if (hint !== undefined) throw new F2bError('USAGE', `${JSON.stringify(word)} is no address`, { hint });
  if (word === 'list' || word === 'all')
    throw new F2bError('UNKNOWN_JAIL', word, { hint: 'f2bctl bans, without a word, lists all bans' });
  await refuseSwitchedOff(word, configuration);
  throw new F2bError('UNKNOWN_JAIL', `${word} (nor is it an address, a prefix or a host that has one)`);
}

function isWanted(jails: readonly string[], addresses: readonly Address[]): (view: BanView) => boolean {
  return ({ ban }) =>
    (jails.length === 0 || jails.includes(ban.jail)) &&
    (addresses.length === 0 || addresses.some((address) => overlaps(address, ban.address)));
}

function arranged(sorted: readonly number[], { lines, reverse }: BansOptions): readonly number[] {
  const ordered = reverse === true ? sorted.toReversed() : sorted;
  return lines === undefined ? ordered : ordered.slice(Math.max(0, ordered.length - lines));
}
