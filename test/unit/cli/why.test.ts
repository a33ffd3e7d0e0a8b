/** What `f2bctl why` tells of an address, as plain text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explanation } from '../../../src/agent/explanation.js';
import { FOREVER, MICROS_PER_SECOND } from '../../../src/core/time.js';
import { F2bError } from '../../../src/errors.js';
import { aBan, aFailure, anAddress, anOffender, anOutlook, NOON } from '../../fakes/values.js';
import { aWorld, block, run } from './run.js';

test('why shows the bans, what else could come, and the entries themselves, made safe', async () => {
  const world = aWorld();
  const address = anAddress('192.0.2.1');
  world.agent.explanation = {
    bans: [{ ban: aBan({ count: 2 }), state: 'pending', enforcedBy: [] }],
    outlooks: [anOutlook({ counted: 5 }), anOutlook({ jail: 'nginx.service', counted: 2, missing: 3, earlier: 1 })],
    failures: [aFailure({ jail: 'gone.service' }), aFailure({ jail: 'gone.service', cursor: 'b' })],
    offenders: [anOffender({ jail: 'old.service', address, count: 4 }), anOffender({ count: 2 })],
    entries: [
      { cursor: 'a' },
      { cursor: 'b', at: NOON, line: 'host sshd[12]: Failed password for root from 192.0.2.1 port 22 ssh2' },
      { cursor: 'c', at: NOON + MICROS_PER_SECOND, line: 'host sshd[12]: Invalid user \u001b]0;owned\u0007\u202e' },
    ],
  };
  assert.equal(
    (await run(world, ['why', '192.0.2.1'])).output,
    block(`
      192.0.2.1 is banned by ssh.service until 2026-05-01 12:10:00 UTC (in 8min). The firewall has not confirmed it yet.
        since 2026-05-01 12:00:00 UTC after 5 failures; its 2nd ban
        closed to it: everything; its packets get no answer
      nginx.service counts 2 failures of it; 3 more within 10min and it is banned for 10min, its 1 earlier ban counted in.
      2 failures counted by gone.service now.
      Banned 4 times before by old.service, last 2026-05-01 12:00:00 UTC.

      Journal entries:
        1 older entry no longer in the journal
        May 01 12:00:00 host sshd[12]: Failed password for root from 192.0.2.1 port 22 ssh2
        May 01 12:00:01 host sshd[12]: Invalid user \\u001b]0;owned\\u0007\\u202e
      `),
  );
});

test('why says what closes which ports to a banned address', async () => {
  const world = aWorld();
  const ban = aBan({ disposition: 'ports', ports: ['22/tcp', '80/tcp'] });
  const enforcedBy = ['ipset f2b-ports0-ipv4-0 of firewalld (policy f2b-ports)', 'set \u001b[2J'];
  world.agent.explanation = { bans: [{ ban, state: 'enforced', enforcedBy }] };
  const { output } = await run(world, ['why', '192.0.2.1']);
  assert.match(output, /^ {2}closed to it: the ports 22\/tcp 80\/tcp$/m);
  assert.match(output, /^ {2}held by ipset f2b-ports0-ipv4-0 of firewalld \(policy f2b-ports\)$/m);
  assert.match(output, /^ {2}held by set \\u001b\[2J$/m);
});

test('why says that a ban does not keep its address out, and what to do', async () => {
  const world = aWorld();
  const ineffective = { failures: 12, last: NOON + 60 * MICROS_PER_SECOND, cause: { kind: 'past', port: 22 } } as const;
  world.agent.explanation = { bans: [{ ban: aBan(), state: 'enforced', enforcedBy: [], ineffective }] };
  const { output } = await run(world, ['why', '192.0.2.1']);
  assert.match(
    output,
    /^ {2}does not keep it out: 12 failures since, the last one 1min ago\n {4}it reaches port 22, .*\n {4}see /m,
  );
});

const outlooks: readonly (readonly [string, Partial<Explanation>, string])[] = [
  [
    'counts nothing of it',
    { outlooks: [anOutlook(), anOutlook({ jail: 'recidive', recidive: true, bantime: FOREVER })] },
    `No jail counts a failure of it. It would be banned
  by ssh.service after 5 failures within 10min, for 10min
  by recidive after 5 bans within 10min, for ever
`,
  ],
  [
    'will ban for a time that is partly chance',
    { outlooks: [anOutlook({ counted: 4, missing: 1, earlier: 2, random: 60 * MICROS_PER_SECOND })] },
    'ssh.service counts 4 failures of it; 1 more within 10min and it is banned for 10min to 11min, its 2 earlier bans counted in.\n',
  ],
  [
    'spares it as the whole machine does',
    { outlooks: [anOutlook({ spared: 'own-address' }), anOutlook({ jail: 'x', spared: 'own-address' })] },
    "No jail bans it: it is this machine's own address.\n",
  ],
  [
    'spares it for a zone',
    { outlooks: [anOutlook({ spared: 'firewall-zone' })], zone: 'trusted' },
    'No jail bans it: it is a source of zone trusted.\n',
  ],
  [
    'spares it while another one counts',
    { outlooks: [anOutlook({ counted: 1, missing: 4 }), anOutlook({ jail: 'web', spared: 'ignoreip' })] },
    `ssh.service counts 1 failure of it; 4 more within 10min and it is banned for 10min.
web does not ban it: IgnoreIP= lists it.
`,
  ],
];

for (const [what, explanation, expected] of outlooks) {
  test(`why of an address that is not banned says what a jail does that ${what}`, async () => {
    const world = aWorld();
    world.agent.explanation = explanation;
    const { output } = await run(world, ['why', '192.0.2.1']);
    assert.equal(output, `192.0.2.1 is not banned.\n${expected}`);
  });
}

test('why tells of earlier bans with their entries, of unbans and of who asked, each entry once', async () => {
  const world = aWorld();
  const about = (event: string, address: string, more = {}) => ({ F2B_EVENT: event, F2B_ADDRESS: address, ...more });
  const [first, second] = world.journal.append(
    { receivedAt: NOON, line: 'host sshd[1]: Failed password for \u001b[2J from 192.0.2.1' },
    { receivedAt: NOON, line: 'host sshd[1]: Failed password for joe from 192.0.2.1' },
  );
  const cursors = `${first?.cursor}\n${second?.cursor}\nof-an-entry-that-is-gone`;
  const say = (line: string, fields: Record<string, string>) =>
    world.journal.append({ receivedAt: NOON, line: `host f2bd[1]: ${line}`, fields: { ...fields, MESSAGE: line } });
  say('ssh.service: banned 192.0.2.1', about('ban', '192.0.2.1', { F2B_JAIL: 'ssh.service', F2B_CURSOR: cursors }));
  say('ssh.service: failure 1 of 5', about('failure', '192.0.2.1'));
  say('ssh.service: banned 192.0.2.77', about('ban', '192.0.2.77'));
  say('ssh.service: unbanned 192.0.2.1: root lifted the ban', about('unban', '192.0.2.0/24', { F2B_BY: '0' }));
  world.agent.explanation = { entries: [{ cursor: second?.cursor ?? '', at: NOON, line: second?.line ?? '' }] };
  const { output } = await run(world, ['why', '192.0.2.1']);
  assert.equal(
    output.slice(output.indexOf('History')),
    block(`
      History:
        May 01 12:00:00 ssh.service: banned 192.0.2.1
          1 older entry no longer in the journal
          May 01 12:00:00 host sshd[1]: Failed password for \\u001b[2J from 192.0.2.1
        May 01 12:00:00 ssh.service: unbanned 192.0.2.1: root lifted the ban
      `),
  );
  const { history } = JSON.parse((await run(world, ['why', '192.0.2.1', '--json'])).output);
  assert.deepEqual(
    history.map(({ event, by }: Record<string, unknown>) => [event, by]),
    [
      ['ban', undefined],
      ['unban', 0],
    ],
  );
  assert.deepEqual(history[0].entries.length, 3);
  assert.ok(
    world.requests[0]?.matches.every((terms) => terms.some((term) => term.startsWith('F2B_ADDRESS=192.0.2.'))),
    'looked up by the index of the journal',
  );
});

for (const [code, reason] of [
  ['JOURNAL_NO_ACCESS', 'this user may not read the journal\nhint: run as root'],
  ['JOURNAL_MISSING', 'there is no journal to read\nhint: set Storage=auto'],
] as const)
  test(`why tells the rest, and why what was done before is missing: ${code}`, async () => {
    const world = aWorld();
    world.journalProblem = new F2bError(code);
    const { status, output } = await run(world, ['why', '192.0.2.1']);
    assert.equal(status, 0);
    const told = `192.0.2.1 is not banned.\n\nWhat was done before cannot be told: ${reason}`;
    assert.ok(output.startsWith(told), output);
  });

test('why of a prefix with more in it than an answer holds says what to do', async () => {
  const world = aWorld();
  world.agent.explanation = { bans: [{ ban: aBan(), state: 'enforced', enforcedBy: [] }], more: true };
  const { output } = await run(world, ['why', '192.0.0.0/8']);
  assert.match(output, /\n\nThere is more\. Ask about fewer addresses, or list all bans: f2bctl bans\n$/);
});

test('why of a host name tells of each of its addresses', async () => {
  const world = aWorld();
  world.hosts['bad.example.org'] = ['192.0.2.7', '2001:db8::7'];
  const { output } = await run(world, ['why', 'bad.example.org']);
  assert.equal(output, '192.0.2.7 is not banned.\n\n2001:db8::7 is not banned.\n');
  const addresses = async (text: string): Promise<unknown> => {
    const found = JSON.parse((await run(world, ['why', text, '-o', 'json'])).output);
    return Array.isArray(found) ? found.map(({ address }) => address) : found.address;
  };
  assert.deepEqual(await addresses('bad.example.org'), ['192.0.2.7', '2001:db8::7']);
  assert.equal(await addresses('192.0.2.7'), '192.0.2.7');
});

test('why of an address that nobody knows says that it is not banned', async () => {
  assert.deepEqual(await run(aWorld(), ['why', '203.0.113.9']), {
    status: 0,
    output: '203.0.113.9 is not banned.\n',
    errors: '',
  });
});
