/** Among many rules, the same are found as by asking each of them, and few are asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from '../../../../../src/core/entry.js';
import { globPattern } from '../../../../../src/core/glob.js';
import { type Rule, RuleIndex } from '../../../../../src/daemon/reading/routing/rule-index.js';
import '../../../../support/seed.js';

const entryOf = (fields: Entry['fields']): Entry => ({
  cursor: 'c',
  at: 0,
  receivedAt: 0,
  line: '',
  messageAt: 0,
  fields,
});
const conditionsOf = (matches: readonly (readonly [field: string, ...values: string[]])[]): Rule['conditions'] =>
  new Map(matches.map(([field, ...values]) => [field, new Set(values)]));

/** What the index must find. */
function asked(rules: readonly Rule[], { fields }: Entry): readonly Rule[] {
  const unit = fields['_SYSTEMD_UNIT'] ?? '';
  return rules.filter(
    ({ units, conditions }) =>
      (units.length === 0 || units.some((glob) => globPattern(glob).test(unit))) &&
      [...conditions].every(([field, values]) => fields[field] !== undefined && values.has(fields[field])),
  );
}

const value = fc.constantFrom('', '0', '1', '2');
const field = fc.constantFrom('_UID', '_EXE', 'CONTAINER_NAME', '_SYSTEMD_UNIT');
const glob = fc.constantFrom(
  'a.service',
  'b.service',
  'a@1.service',
  'a@*.service',
  'b@?.service',
  '*',
  'a*',
  '[ab]@1*',
);
const rule = fc.record<Rule>({
  units: fc.array(glob, { maxLength: 3 }),
  conditions: fc
    .dictionary(field, fc.array(value, { minLength: 1, maxLength: 2 }), { maxKeys: 3 })
    .map((fields) => conditionsOf(Object.entries(fields).map(([name, values]) => [name, ...values]))),
});
const unit = fc.constantFrom('a.service', 'b.service', 'a@1.service', 'a@2.service', 'b@1.service', 'c.service', '1');
const entry = fc
  .record({ _SYSTEMD_UNIT: unit, _UID: value, _EXE: value, CONTAINER_NAME: value }, { requiredKeys: [] })
  .map((fields) => entryOf(fields));

test('what is found is what asking each rule finds, in their order', () => {
  const property = fc.property(
    fc.array(rule, { maxLength: 12 }),
    fc.array(entry, { maxLength: 6 }),
    (rules, entries) => {
      const index = new RuleIndex(rules);
      for (const one of entries) {
        assert.deepEqual(index.of(one), asked(rules, one));
        if (asked(rules, one).length > 0) assert.ok(index.mayMeet(one.fields['_SYSTEMD_UNIT'] ?? ''));
      }
    },
  );
  fc.assert(property, { numRuns: Number(process.env['F2B_RUNS'] ?? 2_000) });
});

/** An entry that counts how often its fields are read. */
function countedEntry(fields: Entry['fields']): { readonly entry: Entry; readonly reads: () => number } {
  let reads = 0;
  const counting = new Proxy(fields, {
    get(target, name) {
      reads += 1;
      return Reflect.get(target, name);
    },
  });
  return { entry: entryOf(counting), reads: () => reads };
}

const many = Array.from({ length: 1_000 }, (_none, n) => n);
const crowds: readonly [string, (n: number) => Rule, Entry['fields']][] = [
  [
    'of a unit each',
    (n) => ({ units: [`app${n}.service`], conditions: conditionsOf([['_UID', '0']]) }),
    { _SYSTEMD_UNIT: 'app7.service', _UID: '0' },
  ],
  [
    'of one unit with a container each',
    (n) => ({
      units: ['docker.service'],
      conditions: conditionsOf([
        ['_UID', '0'],
        ['CONTAINER_NAME', `c${n}`],
      ]),
    }),
    { _SYSTEMD_UNIT: 'docker.service', _UID: '0', CONTAINER_NAME: 'c7' },
  ],
  [
    'of any unit with a container each',
    (n) => ({ units: [], conditions: conditionsOf([['CONTAINER_NAME', `c${n}`]]) }),
    { _SYSTEMD_UNIT: 'docker.service', CONTAINER_NAME: 'c7' },
  ],
];
for (const [name, make, fields] of crowds) {
  test(`of a thousand rules ${name}, one is asked`, () => {
    const rules = many.map(make);
    const { entry: counted, reads } = countedEntry(fields);
    assert.deepEqual(new RuleIndex(rules).of(counted), [rules[7]]);
    assert.ok(reads() <= 6, `${reads()} fields read`);
  });
}
