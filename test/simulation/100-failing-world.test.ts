/** Whatever fails, whenever, and however often the agent is killed: in the end it is as if nothing had. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seed.js';
import { FailingLab, type RunResult, readOnce } from './failing-lab.js';
import { type Fault, fates, ports } from './failing-ports.js';

const SECOND = 1_000_000;

const runs = Math.min(Number(process.env['F2B_RUNS'] ?? 40), 100);

const attackers = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '2001:db8::1'] as const;

/** What one connection logs. */
const connections: Readonly<Record<string, (address: string) => readonly string[]>> = {
  wrong: (address) => [`Failed password for root from ${address} port 9 ssh2`],
  late: (address) => [
    `Connection from ${address} port 9 on 10.99.0.2 port 22`,
    'Disconnecting: Too many authentication failures for root [preauth]',
    `Connection closed by authenticating user root ${address} port 9 [preauth]`,
  ],
  in: (address) => [
    `Failed password for anna from ${address} port 9 ssh2`,
    `Accepted password for anna from ${address} port 9 ssh2`,
  ],
  other: () => ['Server listening on 0.0.0.0 port 22.'],
};

type Step =
  /** The next line of the slot's connection, or the first one of this new connection. */
  | { readonly kind: 'line'; readonly slot: number; readonly address: string; readonly does: string }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'reload' | 'kill' | 'restart' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('line' as const),
        slot: fc.nat(2),
        address: fc.constantFrom(...attackers),
        does: fc.constantFrom('wrong', 'wrong', 'wrong', 'late', 'in', 'other'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 20 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('reload' as const, 'kill' as const, 'restart' as const) }),
    },
  ),
  { minLength: 5, maxLength: 30, size: 'max' },
);

/** What is called most, and what most rests on, fails most. */
const busy = ['commit', 'commit', 'read', 'match', 'random'] as const;
const fate = fc.constantFrom(...fates);
const faults: fc.Arbitrary<readonly Fault[]> = fc.array(
  fc.oneof(
    fc.record({ port: fc.constantFrom(...busy), call: fc.nat(20), fate }),
    fc.record({ port: fc.constantFrom(...ports), call: fc.nat(5), fate }),
  ),
  { maxLength: 25, size: 'max' },
);

function jail(bantime: string): string {
  const ban = [
    ...['MaxRetry=3', 'FindTime=5min', `BanTime=${bantime}`, 'BanTimeIncrement=yes', 'BanTimeRandom=30s'],
    ...['IgnoreIP=file:/friends friend.example', 'IgnoreCommand=/usr/bin/is-friend', 'SpareLoggedIn=yes'],
  ];
  const filter = '[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\nMatch=_UID=0\n[Ban]\n';
  return `${filter}${ban.join('\n')}\n`;
}

async function play(lab: FailingLab, script: readonly Step[], isQuiet: boolean): Promise<RunResult> {
  const slots = new Map<number, { readonly pid: number; readonly lines: string[] }>();
  let pid = 100;
  for (const step of script) {
    if (step.kind === 'line') {
      const begun = slots.get(step.slot);
      const open = begun !== undefined && begun.lines.length > 0 ? begun : undefined;
      const connection = open ?? { pid: pid++, lines: [...(connections[step.does]?.(step.address) ?? [])] };
      slots.set(step.slot, connection);
      await lab.log(connection.lines.shift() ?? '', connection.pid);
    } else if (step.kind === 'wait') await lab.wait(step.seconds * SECOND);
    else if (!isQuiet) await lab[step.kind]();
  }
  return lab.finish();
}

/** A journal that cannot be read for a while: meanwhile bans end by the clock, before entries that are older. */
function isOutage({ port, fate }: Fault): boolean {
  return ['openJournal', 'seek', 'read'].includes(port) && (fate === 'refused' || fate === 'late');
}

for (const bantime of ['1d', '20s']) {
  test(`bans of ${bantime}: a run in which anything fails ends as an undisturbed one does`, async () => {
    const sources = await readOnce(jail(bantime));
    const property = fc.asyncProperty(steps, faults, async (script, all) => {
      const expected = await play(new FailingLab(sources), script, true);
      const lab = new FailingLab(sources, bantime === '1d' ? all : all.filter((fault) => !isOutage(fault)));
      assert.deepEqual(await play(lab, script, false), expected);
      // A store that refuses stops no ban; what it never took is decided again after a kill, and told again.
      if (all.some(({ port, fate: of }) => port === 'commit' && (of === 'refused' || of === 'broken'))) return;
      const told = lab.notifier.events.flatMap((event) =>
        event.kind === 'ban' ? [`${event.ban.address.text} ${event.ban.since}`] : [],
      );
      assert.deepEqual(told, [...new Set(told)], 'no ban is told twice');
    });
    await fc.assert(property, { numRuns: runs });
  });
}
