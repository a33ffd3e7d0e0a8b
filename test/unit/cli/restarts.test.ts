/** What no reload brings into force is told wherever something was changed or is looked at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { aWorld, run, type World } from './run.js';

const ASK =
  'systemctl show --timestamp=unix --property=Id,ActiveState,NeedDaemonReload,FragmentPath,DropInPaths,ExecStart,ExecMainStartTimestamp' +
  ' -- f2bd.service f2b-tail@*.service f2b-metrics.service f2b-actiond.service f2b-fleetd.service f2b-fail2ban.service';

const STARTED = 1_764_414_000;

/** As systemd shows a service that began at STARTED. */
function shown(
  id: string,
  { dropins = '', needsReload = 'no', started = `@${STARTED}`, state = 'active' } = {},
): string {
  const [program = ''] = id.split(/[@.]/);
  return [
    `Id=${id}`,
    `ActiveState=${state}`,
    `NeedDaemonReload=${needsReload}`,
    `FragmentPath=/usr/lib/systemd/system/${id.replace(/@.*\./, '@.')}`,
    `DropInPaths=${dropins}`,
    `ExecStart={ path=/usr/sbin/${program} ; argv[]=/usr/sbin/${program} ; ignore_errors=no ; status=0/0 }`,
    `ExecMainStartTimestamp=${started}`,
  ].join('\n');
}

/** A host on which these files were changed so many seconds after the services began. */
function host(units: readonly string[], changed: Readonly<Record<string, number>> = {}): World {
  const world = aWorld();
  world.answers[ASK] = { status: 0, output: `${units.join('\n\n')}\n` };
  for (const [path, after] of Object.entries(changed)) {
    world.changedAt.set(path, (STARTED + after) * MICROS_PER_SECOND);
  }
  return world;
}

const cases: readonly (readonly [what: string, world: () => World, told: RegExp | undefined])[] = [
  ['nothing that was changed', () => host([shown('f2bd.service')], { '/usr/sbin/f2bd': -5 }), undefined],
  [
    'what changed in the second of the start',
    () => host([shown('f2bd.service')], { '/usr/sbin/f2bd': 0.9 }),
    undefined,
  ],
  [
    'the program, as after an upgrade',
    () => host([shown('f2bd.service')], { '/usr/sbin/f2bd': 60 }),
    /^f2bd\.service runs as it was before this was changed: \/usr\/sbin\/f2bd\. .*: systemctl restart f2bd\.service$/m,
  ],
  [
    'a drop-in of the unit',
    () => host([shown('f2bd.service', { dropins: '/etc/a.conf /etc/b.conf' })], { '/etc/b.conf': 60 }),
    /before this was changed: \/etc\/b\.conf\. That takes effect with: systemctl restart f2bd\.service$/m,
  ],
  [
    'a unit that systemd has not read again',
    () => host([shown('f2bd.service', { needsReload: 'yes' })]),
    /before its unit was changed\. .*: systemctl daemon-reload && systemctl restart f2bd\.service$/m,
  ],
  [
    'what f2b-tail follows',
    () =>
      host([shown('f2bd.service'), shown('f2b-tail@web.service'), shown('f2b-tail@db.service')], {
        '/etc/f2b/tail/web.conf': 60,
      }),
    /^f2b-tail@web\.service runs .*: \/etc\/f2b\/tail\/web\.conf\. .*: systemctl restart f2b-tail@web\.service$/m,
  ],
  ...['f2b-actiond', 'f2b-fleetd', 'f2b-fail2ban'].map(
    (name) =>
      [
        `the program of ${name}`,
        () => host([shown(`${name}.service`)], { [`/usr/sbin/${name}`]: 60 }),
        new RegExp(`That takes effect with: systemctl restart ${name}\\.service$`, 'm'),
      ] as const,
  ),
  [
    'a service that does not run',
    () => host([shown('f2bd.service', { started: '' })], { '/usr/sbin/f2bd': 60 }),
    undefined,
  ],
  [
    'a service that a socket started, and that has ended since',
    () => host([shown('f2b-fail2ban.service', { state: 'inactive' })], { '/usr/sbin/f2b-fail2ban': 60 }),
    undefined,
  ],
  ['a host without systemd', aWorld, undefined],
];

for (const [what, world, told] of cases) {
  test(`told of by reload, set, edit, status and doctor: ${what}`, async () => {
    for (const argv of [['reload'], ['set', 'ssh', 'MaxRetry=3'], ['edit', 'ssh'], ['status'], ['doctor']]) {
      const here = world();
      here.edit = (text) => text.replace('drop-in\n\n', 'drop-in\n[Ban]\nMaxRetry=3\n');
      const { output, errors } = await run(here, argv);
      const text = (output + errors).replaceAll(/^ +/gm, '').replaceAll(/^Problems: /gm, '');
      if (told === undefined) assert.doesNotMatch(text, /systemctl (?:daemon-reload && systemctl )?restart/, argv[0]);
      else assert.match(text, told, argv[0]);
    }
  });
}

test('programs are told of it too', async () => {
  const world = host([shown('f2bd.service')], { '/usr/sbin/f2bd': 60 });
  const restarts = [{ unit: 'f2bd.service', files: ['/usr/sbin/f2bd'], needsDaemonReload: false }];
  assert.deepEqual(JSON.parse((await run(world, ['reload', '--json'])).output), { restarts });
  assert.deepEqual(JSON.parse((await run(world, ['status', '--json'])).output).restarts, restarts);
});
