/** `bantime.increment` and what shapes the growth of ban times, which depend on one another. */
import { formulaAnswer } from '../config/keys/fail2ban-keys.js';
import { timeSpan, wordsOf } from '../config/values/fail2ban-values.js';
import { isTrue } from '../filter/ini/truth.js';
import type { Fail2banJail } from './fail2ban.js';
import {
  type Answer,
  banLine,
  type Convert,
  carried,
  differently,
  notNeeded,
  notPossible,
  unlessEmpty,
} from './finding.js';
import { arithmetic, multipliersOf } from './formula.js';
import { span, yesOrNo } from './limits.js';

/** Fail2ban's options that have no effect unless ban times grow. */
const SHAPES: readonly string[] = ['factor', 'formula', 'multipliers', 'maxtime', 'rndtime', 'overalljails'];

/** By the names of fail2ban's options. */
export function growthOf(jail: Fail2banJail): ReadonlyMap<string, Convert> {
  const textOf = (name: string) => jail.options.get(name)?.value?.trim() ?? '';
  const increments = isTrue(textOf('bantime.increment'));
  const without = (why: string) => SHAPES.map((name) => [`bantime.${name}`, () => notNeeded(why)] as const);
  if (!increments)
    return new Map<string, Convert>([
      ['bantime.increment', yesOrNo('BanTimeIncrement')],
      ...without('it counts with bantime.increment alone, which this jail does not have'),
    ]);
  if (timeSpan(textOf('bantime')) === 'infinity') {
    const why = 'a ban for ever cannot grow';
    return new Map<string, Convert>([['bantime.increment', () => notNeeded(why)], ...without(why)]);
  }
  const multipliers = textOf('bantime.multipliers');
  const factor = arithmetic(textOf('bantime.factor') || '1');
  const computed =
    multipliers === '' && factor !== undefined ? multipliersOf(textOf('bantime.formula'), factor) : undefined;
  const isOwn = textOf('bantime.formula') !== '' && formulaAnswer(textOf('bantime.formula')) !== undefined;
  return new Map<string, Convert>([
    ['bantime.increment', yesOrNo('BanTimeIncrement')],
    [
      'bantime.factor',
      isOwn && computed !== undefined ? () => inFormula : unlessEmpty((value) => factorAnswer(value, factor)),
    ],
    ['bantime.formula', unlessEmpty((value) => formula(value, multipliers, computed))],
    ['bantime.multipliers', unlessEmpty(multipliersAnswer)],
    ['bantime.maxtime', maxtime],
    ['bantime.rndtime', span('BanTimeRandom')],
    ['bantime.overalljails', yesOrNo('BanTimeAllJails')],
  ]);
}

const inFormula = notNeeded('it is in BanTimeMultipliers=, see bantime.formula');

function factorAnswer(value: string, factor: number | undefined): Answer {
  if (factor === undefined) return notPossible('it is no number: write BanTimeFactor= in [Ban]');
  const written = String(Number(factor.toPrecision(6)));
  if (/^[\d.]+$/.test(value.trim())) return carried('Ban', 'BanTimeFactor', value.trim());
  return differently([banLine('BanTimeFactor', written)], `BanTimeFactor=${written}, which is what it comes to`);
}

function formula(value: string, multipliers: string, computed: readonly number[] | undefined): Answer {
  if (multipliers !== '') return notNeeded('bantime.multipliers outrank it, in fail2ban too');
  const otherwise = formulaAnswer(value);
  if (otherwise === undefined) return notNeeded('it is what BanTimeIncrement=yes does');
  if (computed === undefined) return notPossible(`formulas are no programs here: ${otherwise}`);
  const list = computed.join(' ');
  return differently(
    [banLine('BanTimeMultipliers', list)],
    `BanTimeMultipliers=${list}, which is what it comes to, ban by ban`,
  );
}

function multipliersAnswer(value: string): Answer {
  const list = wordsOf(value).join(' ');
  if (/^[\d. ]+$/.test(list)) return carried('Ban', 'BanTimeMultipliers', list);
  return notPossible('it is no list of numbers: write BanTimeMultipliers= in [Ban]');
}

function maxtime(value: string): Answer {
  const answer = span('BanTimeMax')(value);
  if (timeSpan(value) !== 'infinity') return answer;
  return differently([banLine('BanTimeMax', 'infinity')], 'without a limit; fail2ban bans for ever the second time');
}
