/** A jail that hears nothing is told of, with the reason and what to do, and none that is merely quiet. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { UnitState } from '../../../../src/core/unit-state.js';
import { createProblems } from '../../../../src/daemon/problems/problems.js';
import { createUnheardJails } from '../../../../src/daemon/problems/unheard-jails.js';
import { createRunningJail } from '../../../../src/daemon/reading/running-jail.js';
import type { Likeness } from '../../../../src/daemon/reading/unlike-entries.js';
import { loadFilter } from '../../../../src/filter/load-filter.js';
import { createMatcher } from '../../../../src/filter/matching/matcher.js';
import { FakeNotifier } from '../../../fakes/notifier.js';
import { namedJailOf } from '../../../support/config-texts.js';
import { repository } from '../../../support/repository.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const HOUR = 3_600_000_000;

const readIfThere = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const filter = loadFilter(
  { name: 'sshd', options: {} },
  { path: [join(repository, 'filters')], read: readIfThere },
).value;
const matcher = createMatcher(filter ?? assert.fail('the filter is not there'));

const jailOf = (name: string, journal: string) =>
  createRunningJail(namedJailOf(name, `[Jail]\nFilter=sshd\n[Journal]\n${journal}\n`), matcher);

const state = (name: string, more: Partial<UnitState> = {}): UnitState => ({
  ...{ name, id: name, load: 'loaded', namespace: '', isActive: true, activeSince: 0 },
  ...more,
});

/** A machine with these units; all others are not there. */
function machineWith(jails: readonly ReturnType<typeof jailOf>[], ...units: UnitState[]) {
  const clock = new VirtualClock();
  const problems = createProblems(new FakeNotifier());
  const asked: (readonly string[])[] = [];
  const logging = new Set<string>();
  const compared: string[] = [];
  const likeness = new Map<string, Likeness>();
  const world = { clock, asked, logging, jails, isSilent: false, compared, likeness };
  const look = createUnheardJails({
    ...{ clock, problems, jails: () => world.jails },
    unitStates: async (names) => {
      asked.push(names);
      if (world.isSilent) return undefined;
      return names.map((name) => units.find((unit) => unit.name === name) ?? state(name, { load: 'not-found' }));
    },
    neverLogged: (_jail, present) => !present.some(({ id }) => logging.has(id)),
    likenessOf: async ({ config }) => {
      compared.push(config.name);
      return likeness.get(config.name) ?? 'few';
    },
  });
  const told = async () => {
    look();
    for (let turns = 0; turns < 50; turns += 1) await new Promise(setImmediate);
    return problems.open.map(({ message, hint }) => `${message.replace('a jail hears nothing: ', '')} | ${hint}`);
  };
  const later = (time: number) => clock.advance(time);
  return { world, units, told, later };
}

const faults: readonly (readonly [string, string, UnitState | undefined, RegExp])[] = [
  ['does not exist', 'Unit=web.service', undefined, /^web: this machine has no web\.service \| name the unit/],
  [
    'is masked',
    'Unit=web.service',
    state('web.service', { load: 'masked' }),
    /^web: web\.service is masked \| systemctl unmask/,
  ],
  [
    'is another’s alias',
    'Unit=web.service',
    state('web.service', { id: 'httpd.service' }),
    /another name of httpd\.service.* \| write Unit=httpd/,
  ],
  [
    'logs into a namespace',
    'Unit=web.service',
    state('web.service', { namespace: 'w' }),
    /namespace w, which is not read \| write LogNamespace=w /,
  ],
  ['logs into none', 'Unit=web.service\nLogNamespace=w', state('web.service'), /logs into no journal namespace/],
];

for (const [name, journal, unit, expected] of faults) {
  test(`a jail whose unit ${name} is told of at once`, async () => {
    const { told } = machineWith([jailOf('web', journal)], ...(unit === undefined ? [] : [unit]));
    const [problem = ''] = await told();
    assert.match(problem, expected);
  });
}

const fine: readonly (readonly [string, string, readonly UnitState[]])[] = [
  ['one of several units there', 'Unit=ssh.service sshd.service', [state('ssh.service')]],
  ['a pattern that may yet be met', 'Unit=ssh@*.service', []],
  ['the unit of another machine', `Unit=web.service\nMachine=${'a'.repeat(32)}`, []],
  [
    'the namespace that the unit logs into',
    'Unit=web.service\nLogNamespace=w',
    [state('web.service', { namespace: 'w' })],
  ],
  ['a unit of a user', 'UserUnit=web.service\nUser=my-app', []],
];

for (const [name, journal, units] of fine) {
  test(`a jail with ${name} is not told of`, async () => {
    const { told } = machineWith([jailOf('web', journal)], ...units);
    assert.deepEqual(await told(), []);
  });
}

test('a unit that runs for an hour and never logged anything is told of, until it does', async () => {
  const { world, told, later } = machineWith([jailOf('web', 'Unit=web.service')], state('web.service'));
  assert.deepEqual(await told(), []);
  await later(HOUR);
  assert.deepEqual(await told(), [], 'it may just have been started');
  await later(HOUR);
  assert.match((await told()).join(), /^web: nothing of web\.service is in the journal \| see where it logs/);
  world.logging.add('web.service');
  await later(HOUR);
  assert.deepEqual(await told(), []);
});

test('a unit that does not run, or logged once, is quiet and not told of', async () => {
  const stopped = machineWith([jailOf('web', 'Unit=web.service')], state('web.service', { isActive: false }));
  const logged = machineWith([jailOf('web', 'Unit=web.service')], state('web.service'));
  logged.world.logging.add('web.service');
  for (const { told, later } of [stopped, logged]) {
    for (let hour = 0; hour < 4; hour += 1) {
      await later(HOUR);
      assert.deepEqual(await told(), []);
    }
  }
});

test('systemd is asked at the start, after a reload and every hour; where it cannot be, nothing is told', async () => {
  const { world, told, later } = machineWith([jailOf('web', 'Unit=web.service')]);
  await told();
  await told();
  assert.equal(world.asked.length, 1);
  world.jails = [jailOf('web', 'Unit=web.service'), jailOf('db', 'Unit=db.service')];
  assert.match((await told()).join(), /web\.service; db: this machine has no db\.service \| f2bctl doctor tells/);
  assert.equal(world.asked.length, 2);
  await later(HOUR);
  world.isSilent = true;
  assert.deepEqual(await told(), []);
  assert.equal(world.asked.length, 3);
});

test('while there is something to tell, or systemd did not answer, it is asked every five minutes', async () => {
  const { world, units, told, later } = machineWith([jailOf('web', 'Unit=web.service')]);
  world.isSilent = true;
  assert.deepEqual(await told(), []);
  world.isSilent = false;
  await later(HOUR / 13);
  assert.deepEqual(await told(), [], 'it is not asked yet');
  await later(HOUR / 12);
  assert.match((await told()).join(), /^web: this machine has no web\.service/);
  units.push(state('web.service'));
  await later(HOUR / 12);
  assert.deepEqual(await told(), []);
  const asked = world.asked.length;
  await later(HOUR / 12);
  await told();
  assert.equal(world.asked.length, asked, 'and no more once all is well');
});

test('a jail that reads another program’s entries is told of after an hour, until it reads one of its filter’s', async () => {
  const { world, told, later } = machineWith([jailOf('web', 'Unit=web.service')], state('web.service'));
  world.logging.add('web.service');
  world.likeness.set('web', 'unlike');
  assert.deepEqual(await told(), []);
  assert.deepEqual(world.compared, [], 'nothing is read at the start');
  await later(HOUR);
  assert.match(
    (await told()).join(),
    /^web: of a day’s entries none begins like what its filter sshd is written for \| name that program’s filter in Filter=/,
  );
  world.likeness.set('web', 'meant');
  await later(HOUR / 12);
  assert.deepEqual(await told(), []);
  await later(HOUR);
  await told();
  assert.deepEqual(world.compared, ['web', 'web'], 'what was once meant is not compared again');
});

test('a jail that reads few entries is compared every hour, and not told of', async () => {
  const { world, told, later } = machineWith([jailOf('web', 'Unit=web.service')], state('web.service'));
  world.logging.add('web.service');
  for (let hour = 0; hour < 2; hour += 1) {
    await later(HOUR);
    assert.deepEqual(await told(), []);
  }
  assert.deepEqual(world.compared, ['web', 'web']);
});
