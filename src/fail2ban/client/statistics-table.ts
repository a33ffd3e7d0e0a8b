/** `stats` as the table that fail2ban's client draws. */
import { type PickleDict, PickleTuple, type PickleValue } from '../pickle-value.js';
import { pythonText } from '../python-text.js';

/** Jail, backend, and two counts each of its filter and its actions. */
type Row = readonly [string, string, string, string, string, string];

const NARROWEST: readonly number[] = [8, 8, 3, 3, 3, 3];
const COUNTS: Row = ['', '', 'cur', 'tot', 'cur', 'tot'];

/** Undefined when a jail has other figures than these. */
export function statisticsTable({ entries }: PickleDict): string | undefined {
  const rows = entries.flatMap(([jail, figures]) => rowOf(jail, figures) ?? []);
  if (rows.length < entries.length) return undefined;
  const widths = NARROWEST.map((least, at) => Math.max(least, ...rows.map((row) => row[at]?.length ?? 0)));
  const [jail = 0, backend = 0, ...counts] = widths;
  const [failing = 0, failed = 0, banned = 0, bans = 0] = counts;
  const filter = failing + 3 + failed;
  const actions = banned + 3 + bans;
  const line = (row: Row) => {
    const [one, two, three, four] = row.slice(2).map((count, at) => count.padStart(counts[at] ?? 0));
    return `${row[0].padEnd(jail)} ║ ${row[1].padEnd(backend)} ║ ${one} │ ${two} ║ ${three} │ ${four}`;
  };
  const rule = (joint: string) =>
    `${[jail, backend, filter, actions].map((width) => '═'.repeat(width)).join(`═${joint}═`)}═`;
  return [
    `${' '.repeat(jail)} ║ ${' '.repeat(backend)} ║ ${'Filter'.padEnd(filter)} ║ ${'Actions'.padEnd(actions)}`,
    `${'Jail'.padEnd(jail)} ║ ${'Backend'.padEnd(backend)} ╟─${'─'.repeat(filter)}─╫─${'─'.repeat(actions)}─`,
    line(COUNTS),
    rule('╬'),
    ...rows.map(line),
    rule('╩'),
  ].join('\n');
}

function rowOf(jail: string, figures: PickleValue): Row[] | undefined {
  if (!Array.isArray(figures)) return undefined;
  const [backend, filter, actions]: readonly PickleValue[] = figures;
  if (typeof backend !== 'string' || !(filter instanceof PickleTuple) || !(actions instanceof PickleTuple))
    return undefined;
  const [failing, failed] = filter.items.map(pythonText);
  const [banned, bans] = actions.items.map(pythonText);
  return [[jail, backend, failing ?? '', failed ?? '', banned ?? '', bans ?? '']];
}
