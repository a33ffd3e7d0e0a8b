/**
 * `bantime.formula` of fail2ban's as the multipliers that it comes to. It is arithmetic in Python's words, and nothing else
 * of Python: what is more than that has no value here. Invariant: bounded, whatever the text is.
 */

/** Names with a value, and functions, as fail2ban's formulas may have them. */
type Names = ReadonlyMap<string, number>;

const functions: ReadonlyMap<string, (...values: readonly number[]) => number> = new Map([
  ['math.exp', (value = Number.NaN) => Math.exp(value)],
  ['math.log', (value = Number.NaN) => Math.log(value)],
  ['math.sqrt', (value = Number.NaN) => Math.sqrt(value)],
  ['math.pow', (base = Number.NaN, exponent = Number.NaN) => base ** exponent],
  ['pow', (base = Number.NaN, exponent = Number.NaN) => base ** exponent],
  ['float', (value = Number.NaN) => value],
  ['int', (value = Number.NaN) => Math.trunc(value)],
  ['abs', (value = Number.NaN) => Math.abs(value)],
  ['min', (...values) => Math.min(...values)],
  ['max', (...values) => Math.max(...values)],
]);

const operators: ReadonlyMap<string, (one: number, other: number) => number> = new Map([
  ['<', (one, other) => Number(one < other)],
  ['>', (one, other) => Number(one > other)],
  ['<=', (one, other) => Number(one <= other)],
  ['>=', (one, other) => Number(one >= other)],
  ['==', (one, other) => Number(one === other)],
  ['!=', (one, other) => Number(one !== other)],
  ['<<', (one, other) => one * 2 ** other],
  ['>>', (one, other) => Math.floor(one / 2 ** other)],
  ['+', (one, other) => one + other],
  ['-', (one, other) => one - other],
  ['*', (one, other) => one * other],
  ['/', (one, other) => one / other],
  ['//', (one, other) => Math.floor(one / other)],
]);

/** From those that bind least to those that bind most, as in Python. */
const LEVELS: readonly (readonly string[])[] = [
  ['<', '>', '<=', '>=', '==', '!='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//'],
];

const TOKEN = /\s*(?:(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)|([A-Za-z_][\w.]*)|(\*\*|<<|>>|<=|>=|==|!=|\/\/|[-+*/<>(),]))/y;
/** Nobody's formula is longer. */
const MOST_TOKENS = 200;

function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const [, ...found] = TOKEN.exec(text) ?? [];
    const token = found.find((one) => one !== undefined);
    if (token === undefined || tokens.length === MOST_TOKENS) return undefined;
    tokens.push(token);
  }
  return tokens;
}

class Calculation {
  #at = 0;
  readonly #tokens: readonly string[];
  readonly #names: Names;

  constructor(tokens: readonly string[], names: Names) {
    this.#tokens = tokens;
    this.#names = names;
  }

  /** NaN for what is no arithmetic. */
  result(): number {
    const value = this.#choice();
    return this.#at === this.#tokens.length ? value : Number.NaN;
  }

  #take(...wanted: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#at += 1;
    return token;
  }

  /** `ONE if CONDITION else OTHER` */
  #choice(): number {
    const value = this.#level(0);
    if (this.#take('if') === undefined) return value;
    const condition = this.#level(0);
    if (this.#take('else') === undefined) return Number.NaN;
    const other = this.#choice();
    return condition === 0 ? other : value;
  }

  #level(level: number): number {
    const own = LEVELS[level];
    if (own === undefined) return this.#signed();
    let value = this.#level(level + 1);
    for (let operator = this.#take(...own); operator !== undefined; operator = this.#take(...own))
      value = operators.get(operator)?.(value, this.#level(level + 1)) ?? Number.NaN;
    return value;
  }

  #signed(): number {
    const sign = this.#take('-', '+');
    if (sign !== undefined) return sign === '-' ? -this.#signed() : this.#signed();
    const base = this.#atom();
    return this.#take('**') === undefined ? base : base ** this.#signed();
  }

  #atom(): number {
    if (this.#take('(') !== undefined) return this.#closed(this.#choice());
    const token = this.#tokens[this.#at] ?? '';
    this.#at += 1;
    const call = functions.get(token);
    if (call === undefined) return this.#names.get(token) ?? (/^[\d.]/.test(token) ? Number(token) : Number.NaN);
    if (this.#take('(') === undefined) return Number.NaN;
    const values = [this.#choice()];
    while (this.#take(',') !== undefined) values.push(this.#choice());
    return this.#closed(call(...values));
  }

  #closed(value: number): number {
    return this.#take(')') === undefined ? Number.NaN : value;
  }
}

/** What an expression of numbers comes to, such as `2.0 / 2.885385`; undefined when it is none. */
export function arithmetic(text: string, names: Names = new Map()): number | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined || tokens.length === 0) return undefined;
  const value = new Calculation(tokens, names).result();
  return Number.isFinite(value) ? value : undefined;
}

/** fail2ban's own formula counts no more bans than these, and others have grown beyond all use by then. */
const MOST_BANS = 20;
/** What BanTimeMultipliers= permits. */
const LARGEST = 1e9;

/**
 * What a ban time is multiplied with after none, one, two … earlier bans, in four digits, the last one for all that come.
 * Undefined for a formula that is more than arithmetic, or in which the ban time is no factor.
 */
export function multipliersOf(formula: string, banFactor: number): readonly number[] | undefined {
  const found: number[] = [];
  for (let count = 0; count <= MOST_BANS; count += 1) {
    const [one, other] = [60, 420].map((time) => {
      const names = { 'ban.Time': time, 'ban.Count': count, banFactor, 'math.e': Math.E, 'math.pi': Math.PI };
      return (arithmetic(formula, new Map(Object.entries(names))) ?? Number.NaN) / time;
    });
    if (one === undefined || other === undefined || !(Math.abs(one - other) <= Math.abs(one) * 1e-6)) return undefined;
    if (one > LARGEST) break;
    // fail2ban takes the plain ban time where the formula comes to less.
    found.push(Math.max(1, Number(one.toPrecision(4))));
  }
  const last = found.at(-1);
  const rest = found.findLastIndex((value) => value !== last);
  return found.length === 0 ? undefined : found.slice(0, rest + 2);
}
