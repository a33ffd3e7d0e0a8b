/** What else may become of an address, for people: a sentence for each jail that knows it. */
import type { Explanation } from '../../agent/explanation.js';
import { isSingle } from '../../core/address/address.js';
import { isKnown, type Outlook } from '../../core/deciding/outlook.js';
import { printable } from '../../core/printable.js';
import { FOREVER } from '../../core/time.js';
import { counted } from '../../text/counted.js';
import { length } from '../../text/length.js';
import { sparedBecause } from '../../text/spared-because.js';

/** Jails that know nothing of the address: so many of them are told of. */
const OTHERS = 5;

/** Those jails that have a ban of the address in force say nothing. */
export function outlookLines({ address, bans, outlooks, zone }: Explanation): readonly string[] {
  const banning = new Set(bans.map(({ ban }) => ban.jail));
  const open = outlooks.filter(({ jail }) => !banning.has(jail));
  const [first] = open;
  if (first === undefined) return [];
  const reason = ({ spared }: Outlook) => sparedBecause(spared ?? 'ignoreip', zone);
  if (first.spared !== undefined && open.every(({ spared }) => spared === first.spared)) {
    return [`No jail bans ${isSingle(address) ? 'it' : 'it, or something in it'}: ${reason(first)}.`];
  }
  const spared = open.filter((outlook) => outlook.spared !== undefined);
  const known = open.filter((outlook) => outlook.spared === undefined && isKnown(outlook));
  const others = open.filter((outlook) => outlook.spared === undefined && !isKnown(outlook));
  return [
    ...known.map(knownSentence),
    ...spared.map((outlook) => `${printable(outlook.jail)} does not ban it: ${reason(outlook)}.`),
    ...(bans.length > 0 || known.length > 0 ? [] : otherLines(others)),
  ];
}

function knownSentence(outlook: Outlook): string {
  const { jail, counted: failures, missing, findtime, earlier } = outlook;
  const noun = nounOf(outlook);
  const before = earlier === 0 ? '' : `, its ${counted(earlier, 'earlier ban')} counted in`;
  const now = failures === 0 ? `has no ${noun} of it now` : `counts ${counted(failures, noun)} of it`;
  return `${printable(jail)} ${now}; ${missing} more within ${length(findtime)} and it is banned ${lasting(outlook)}${before}.`;
}

function otherLines(others: readonly Outlook[]): readonly string[] {
  if (others.length === 0) return [];
  const rest = others.length - OTHERS;
  return [
    'No jail counts a failure of it. It would be banned',
    ...others
      .slice(0, OTHERS)
      .map(
        (outlook) =>
          `  by ${printable(outlook.jail)} after ${counted(outlook.maxretry, nounOf(outlook))} within ${length(outlook.findtime)}, ${lasting(outlook)}`,
      ),
    ...(rest > 0 ? [`  and by ${counted(rest, 'other jail')}, see f2bctl status`] : []),
  ];
}

/** A jail for repeat offenders counts bans. */
function nounOf({ recidive }: Outlook): string {
  return recidive ? 'ban' : 'failure';
}

function lasting({ bantime, random }: Outlook): string {
  if (bantime === FOREVER) return 'for ever';
  return random === 0 ? `for ${length(bantime)}` : `for ${length(bantime)} to ${length(bantime + random)}`;
}
