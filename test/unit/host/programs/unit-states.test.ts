import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitStates } from '../../../../src/host/programs/unit-states.js';

const block = (id: string, load: string, active: string, since = '') =>
  `Id=${id}\nActiveState=${active}\nActiveEnterTimestamp=${since}\nLoadState=${load}\nLogNamespace=\n`;

test('the answers of systemctl are told apart, in the order of the names', async () => {
  const asked: (readonly string[])[] = [];
  const states = await unitStates(['sshd.service', 'none.service'], async (argv) => {
    asked.push(argv);
    return {
      status: 0,
      output: `${block('ssh.service', 'loaded', 'active', 'Tue 2023-11-14 22:13:20 UTC')}\n${block('none.service', 'not-found', 'inactive')}`,
    };
  });
  assert.deepEqual(asked, [
    [
      ...['systemctl', 'show', '--timestamp=utc'],
      '--property=Id,LoadState,LogNamespace,ActiveState,ActiveEnterTimestamp',
      ...['--', 'sshd.service', 'none.service'],
    ],
  ]);
  const common = { namespace: '', activeSince: undefined };
  assert.deepEqual(states, [
    { ...common, name: 'sshd.service', id: 'ssh.service', load: 'loaded', isActive: true, activeSince: 1.7e15 },
    { ...common, name: 'none.service', id: 'none.service', load: 'not-found', isActive: false },
  ]);
});

test('where systemd does not answer, or not for each of them, nothing is known', async () => {
  assert.equal(await unitStates(['a.service'], async () => undefined), undefined);
  assert.equal(await unitStates(['a.service'], async () => ({ status: 1, output: '' })), undefined);
  const one = { status: 0, output: block('a.service', 'loaded', 'active') };
  assert.equal(await unitStates(['a.service', 'b.service'], async () => one), undefined);
  assert.deepEqual(await unitStates([], async () => assert.fail('nobody is asked')), []);
});
