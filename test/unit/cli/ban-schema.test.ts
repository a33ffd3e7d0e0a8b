/** Bans have one shape in all JSON that f2bctl prints: the one that f2bctl(1) describes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { repository } from '../../support/repository.js';
import { aWorld, run } from './run.js';

const page = readFileSync(join(repository, 'src/man/f2bctl.1.scd'), 'utf8');
const section = page.split('# BANS AS JSON')[1]?.split('\n# ')[0] ?? '';
/** By the names of the members: the types that the manual gives them. */
const schema = new Map(
  [...section.matchAll(/^\| {2}(\w+)\n: {2}(.+)$/gm)].map(([, name = '', types = '']) => [name, types.split(', ')]),
);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

function requireShape(ban: Readonly<Record<string, unknown>>, isMember = false): void {
  for (const [name, value] of Object.entries(ban)) {
    const types = schema.get(name) ?? assert.fail(`the manual does not know ${name}`);
    assert.ok(types.includes(typeOf(value)), `${name}: ${typeOf(value)} is none of ${types.join(', ')}`);
    if (name === 'members' && Array.isArray(value)) for (const member of value) requireShape(member, true);
  }
  for (const [name, types] of schema) {
    if (types.includes('if any') || (isMember && name === 'state')) continue;
    assert.ok(name in ban, `${name} is always there`);
  }
}

/** The JSON of each command, and where its bans are. */
const commands: readonly (readonly [argv: string, at: string | undefined])[] = [
  ['bans', undefined],
  ['search 192.0.2.0/24', undefined],
  ['status ssh.service', 'inForce'],
  ['why 192.0.2.1', 'bans'],
  ['ban 192.0.2.9', undefined],
  ['allow 192.0.2.9', 'lifted'],
  ['unban 192.0.2.0/24', undefined],
];

test('every command prints bans in the shape that the manual describes', async () => {
  const world = aWorld();
  const folded = aBan({ until: FOREVER, members: [aBan({ disposition: 'ports', ports: ['22/tcp'] })] });
  const byHand = aBan({ jail: 'manual', address: anAddress('192.0.2.9'), origin: 'manual', reason: 'scans' });
  world.agent.held.push({ ban: folded, state: 'enforced' }, { ban: byHand, state: 'pending' });
  const ineffective = { failures: 12, last: NOON, cause: { kind: 'elsewhere' } } as const;
  world.agent.explanation = { bans: [{ ban: folded, state: 'enforced', enforcedBy: ['set drop-ipv4'], ineffective }] };
  assert.ok(schema.size >= 15);
  for (const [argv, at] of commands) {
    const { status, output } = await run(world, [...argv.split(' '), '--json']);
    assert.equal(status, 0, argv);
    const printed = JSON.parse(output);
    const bans: readonly Record<string, unknown>[] = at === undefined ? printed : printed[at];
    assert.ok(bans.length > 0, argv);
    for (const ban of bans) requireShape(ban);
  }
});

test('what is described is compared: neither an unknown member nor a missing one passes', () => {
  const [whole] = [{ ...aBan(), address: '192.0.2.1', state: 'lifted' }];
  requireShape(whole);
  assert.throws(() => requireShape({ ...whole, colour: 'red' }), /does not know colour/);
  assert.throws(() => requireShape({ ...whole, until: 'soon' }), /until: text is none of/);
  const { count: _, ...less } = whole;
  assert.throws(() => requireShape(less), /count is always there/);
});
