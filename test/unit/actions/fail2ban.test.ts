/** Type=fail2ban: whom an action holds over bans that come twice, last longer, fail, or are of an earlier run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fail2banDeliverer, type Fail2banParts } from '../../../src/actions/fail2ban/fail2ban.js';
import { done, type Outcome, refused } from '../../../src/actions/outcome.js';
import { exampleRecord, recordOf } from '../../../src/actions/record.js';
import type { Explanation } from '../../../src/agent/explanation.js';
import type { Fail2banAction } from '../../../src/config/actions/action-config.js';
import { readActionFile } from '../../../src/config/actions/fail2ban/read-action-file.js';
import type { Ban } from '../../../src/core/ban.js';
import type { ToldEvent } from '../../../src/events/told-event.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { namedJailOf } from '../../support/config-texts.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const MINUTE = 60_000_000;
const BLOCK = `[Definition]
actionstart = start <name>
actionstop = stop <name>
actionban = ban <ip> <restored>
actionunban = unban <ip>
actionprolong = prolong <ip> <bantime>
`;
const JAIL = '[Jail]\nFilter=sshd\n[Journal]\nUnit=ssh.service\n[Ban]\nAction=it\n';

function actionOf(text: string): Fail2banAction {
  const files = {
    names: () => ({ value: ['it.conf'], problems: [] }),
    text: (path: string) => ({ value: path.endsWith('it.conf') ? { path, text } : undefined, problems: [] }),
  };
  const file = readActionFile({ name: 'it', options: {} }, ['/x'], files).value;
  assert.ok(file !== undefined);
  const common = { name: 'it', on: ['ban', 'unban'], jails: [], every: 0, batch: 1, limit: 1, timeout: MINUTE };
  return { ...common, type: 'fail2ban', file };
}

/** An action that notes its commands. */
function scene(text = BLOCK, parts: Partial<Fail2banParts> = {}) {
  const ran: string[] = [];
  let answer: (command: string) => Outcome = () => done;
  const it = new Fail2banDeliverer(actionOf(text), {
    clock: new VirtualClock(NOON),
    naming: { actions: [], jails: [namedJailOf('ssh.service', JAIL)] },
    entryOf: () => undefined,
    explain: () => Promise.reject(new Error('away')),
    nameOf: async () => undefined,
    held: async () => [],
    hostTags: async () => new Map(),
    async runShell(_, [command, ...values]) {
      ran.push([command, ...values].join('|'));
      return answer(command);
    },
    ...parts,
  });
  const patient = AbortSignal.timeout(60_000);
  return {
    ran,
    it,
    begin: () => it.begin(patient),
    tell: (event: ToldEvent) => it.deliver([recordOf('it', event)], patient),
    test: () => it.deliver([exampleRecord('it', 'mail', NOON, 'ban')], patient),
    answers(how: (command: string) => Outcome) {
      answer = how;
    },
  };
}

function banned(fields: Partial<Ban> = {}, user?: string): ToldEvent {
  const told = { cursor: 's=1', at: NOON, host: 'mail', message: 'banned' };
  return { ...told, kind: 'ban', ban: aBan({ since: NOON + 1, ...fields }), ...(user !== undefined && { user }) };
}

function unbanned(fields: Partial<Ban> = {}): ToldEvent {
  const told = { cursor: 's=2', at: NOON, host: 'mail', message: 'unbanned' };
  return { ...told, kind: 'unban', ban: aBan({ since: NOON + 1, ...fields }), cause: 'expired' };
}

test('a ban that is told twice is made once, and one that lasts longer is prolonged', async () => {
  const { tell, begin, ran } = scene();
  await begin();
  await tell(banned());
  await tell(banned());
  await tell(banned({ since: NOON + MINUTE, until: NOON + 11 * MINUTE }));
  await tell(unbanned());
  await tell(unbanned());
  assert.deepEqual(ran, ['start ssh.service', 'ban 192.0.2.1 0', 'prolong 192.0.2.1 600', 'unban 192.0.2.1']);
});

test('whom the agent holds at the start is banned again once, and the end takes all back', async () => {
  const address = anAddress('192.0.2.7');
  const { tell, begin, ran, it } = scene(BLOCK, { held: async () => [banned({ address })] });
  await begin();
  await tell(banned({ address }));
  await it.stop();
  assert.deepEqual(ran, ['start ssh.service', 'ban 192.0.2.7 1', 'unban 192.0.2.7', 'stop ssh.service']);
});

test('how many are banned, and were, is counted when a command is run, as by fail2ban', async () => {
  const text = `[Definition]
actionstart = start
actionban = ban <ip> <jail.banned> <jail.banned_total>
actionunban = unban <ip> <jail.banned> <jail.banned_total>
actionprolong = prolong <ip> <jail.banned> <jail.banned_total>
actionstop = stop <jail.banned> <jail.banned_total>
`;
  const [restored, first, second] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((ip) => ({ address: anAddress(ip) }));
  const { tell, begin, ran, it, answers } = scene(text, { held: async () => [banned(restored)] });
  await begin();
  answers((command) => (command.startsWith('ban') ? refused('full') : done));
  await tell(banned(first));
  answers(() => done);
  await tell(banned(first));
  await tell(banned(second));
  await tell(banned({ ...second, since: NOON + MINUTE }));
  await tell(unbanned(restored));
  await it.stop();
  const failed = 'ban 192.0.2.2 2 2';
  assert.deepEqual(ran, [
    ...['start', 'ban 192.0.2.1 1 1', failed, failed, 'ban 192.0.2.2 2 2', 'ban 192.0.2.3 3 3'],
    ...['prolong 192.0.2.3 3 3', 'unban 192.0.2.1 2 3', 'unban 192.0.2.2 0 3', 'unban 192.0.2.3 0 3', 'stop 0 3'],
  ]);
});

test('with norestored a ban of before is not told again, but is when it was not told yet', async () => {
  const { tell, begin, ran } = scene(`${BLOCK}norestored = 1\n`, { held: async () => [banned()] });
  await begin();
  await tell(banned());
  assert.deepEqual(ran, ['start ssh.service', 'ban 192.0.2.1 0']);
});

test('nothing is begun while the agent does not say whom it holds, and a start is made once', async () => {
  let isThere = false;
  const held = async () => (isThere ? [banned()] : Promise.reject(new Error('no agent')));
  const { begin, ran } = scene(BLOCK, { held });
  const outcome = await begin();
  assert.deepEqual(outcome, { kind: 'failed', reason: 'the agent does not say which bans there are: no agent' });
  isThere = true;
  assert.equal((await begin()).kind, 'done');
  assert.deepEqual(ran, ['start ssh.service', 'ban 192.0.2.1 1']);
});

test('an unban of a ban from before the start is run though nobody is known to be held', async () => {
  const { tell, begin, ran, answers } = scene();
  await begin();
  answers(() => refused('not there'));
  assert.equal((await tell(unbanned({ since: NOON - MINUTE }))).kind, 'done');
  assert.equal((await tell(unbanned())).kind, 'done');
  assert.deepEqual(ran, ['start ssh.service', 'unban 192.0.2.1', 'unban 192.0.2.1']);
});

test('a ban that fails is tried again, an unban that fails is given up', async () => {
  const { tell, begin, ran, answers } = scene();
  await begin();
  answers((command) => (command.startsWith('ban') ? refused('full') : done));
  assert.deepEqual(await tell(banned()), { kind: 'refused', reason: 'full' });
  answers(() => done);
  assert.equal((await tell(banned())).kind, 'done');
  answers(() => refused('gone'));
  assert.deepEqual(await tell(unbanned()), { kind: 'refused', reason: 'gone', isFinal: true });
  // Each command that fails is run once more, as by fail2ban.
  const twice = (command: string) => [command, command];
  const bans = [...twice('ban 192.0.2.1 0'), 'ban 192.0.2.1 0'];
  assert.deepEqual(ran, ['start ssh.service', ...bans, ...twice('unban 192.0.2.1')]);
});

test('an example bans and unbans an address that nobody has, where others would be', async () => {
  const { test: example, begin, ran } = scene();
  await begin();
  assert.equal((await example()).kind, 'done');
  assert.deepEqual(ran, ['start ssh.service', 'ban 192.0.2.1 0', 'unban 192.0.2.1']);
});

test('a jail whose name means something to a shell has no commands', async () => {
  const { tell, begin, ran } = scene();
  await begin();
  assert.equal((await tell(banned({ jail: '$(id)' }))).kind, 'refused');
  assert.deepEqual(ran, ['start ssh.service']);
});

test('what is known of a ban stands where its tag does, and what means something to a shell beside the text', async () => {
  const address = anAddress('2001:db8::1');
  const other = aBan({ jail: 'web.service', address, evidence: ['s=9'], failures: 7 });
  const explanation: Explanation = {
    ...{ address, failures: [], offenders: [], outlooks: [], more: false },
    bans: [
      { ban: other, state: 'enforced', enforcedBy: [] },
      { ban: aBan({ address, evidence: ['s=1'] }), state: 'enforced', enforcedBy: [] },
    ],
    entries: [
      { cursor: 's=9', at: NOON, line: 'web: no' },
      { cursor: 's=1', at: NOON + MINUTE, line: 'ssh: $(no)' },
      { cursor: 's=0', at: NOON, line: 'of no ban' },
    ],
  };
  const text =
    '[Definition]\nactionban = <matches>;<ipmatches>;<ipjailmatches>;<ipfailures>;<ipjailfailures>;<F-USER>;<ip-rev>;<ip-host>;<jail.banned>;<matches>\n';
  const { tell, ran } = scene(text, {
    explain: async () => explanation,
    entryOf: (cursor) =>
      explanation.entries.flatMap((one) => (one.cursor === cursor ? [{ at: NOON, line: 'x`\u001b[1m' }] : []))[0],
    nameOf: async () => 'host.example',
  });
  await tell(banned({ address, evidence: ['s=1', 's=2'] }, 'ro"ot'));
  const reversed = `${'1.0.0.0.'}${'0.'.repeat(20)}8.b.d.0.1.0.0.2.`;
  const own = '2026-05-01T12:00:00.000Z x`\\u001b[1m';
  assert.deepEqual(ran[0]?.split('|'), [
    `f2bV_matches=$0 f2bV_ipmatches=$1 f2bV_ipjailmatches=$2 f2bV_F_user=$3 \n$f2bV_matches;$f2bV_ipmatches;$f2bV_ipjailmatches;12;5;$f2bV_F_user;${reversed};host.example;1;$f2bV_matches`,
    own,
    '2026-05-01T12:00:00.000Z web: no\n2026-05-01T12:01:00.000Z ssh: $(no)',
    '2026-05-01T12:01:00.000Z ssh: $(no)',
    'ro"ot',
  ]);
});

/** The longest argument that the kernel takes: MAX_ARG_STRLEN of execve(2), with the NUL behind it. Bytes. */
const MOST_OF_KERNEL = 131_072;

for (const [what, character] of [
  ['of one byte each', "'"],
  ['of three bytes each', '\u8a66'],
] as const) {
  test(`a value is bounded as the kernel bounds it, whatever characters an attacker wrote: ${what}`, async () => {
    const evidence = Array.from({ length: 200 }, (_, index) => `s=${index}`);
    const line = character.repeat(100_000);
    const address = anAddress('2001:db8::1');
    const { tell, ran } = scene('[Definition]\nactionban = <ipmatches>\n', {
      explain: async () => ({
        ...{ address, failures: [], offenders: [], outlooks: [], more: false },
        bans: [{ ban: aBan({ address, evidence }), state: 'enforced', enforcedBy: [] }],
        entries: evidence.map((cursor) => ({ cursor, at: NOON, line })),
      }),
    });
    await tell(banned({ address }));
    const length = Buffer.byteLength(ran[0]?.split('|')[1] ?? '');
    assert.ok(length < MOST_OF_KERNEL && length > 50_000, `${length}`);
  });
}
