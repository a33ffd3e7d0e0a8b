/** Lists of addresses: as each service reads them, and equal to the bans whatever happens. */
import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Denylist } from '../../../src/actions/denylist/denylist.js';
import { denylistText } from '../../../src/actions/denylist/formats.js';
import { traefikText } from '../../../src/actions/denylist/traefik.js';
import { type DenylistFormat, denylistFormats } from '../../../src/config/keys/action-keys.js';
import type { Ban } from '../../../src/core/ban.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { F2bError } from '../../../src/errors.js';
import type { ToldEvent } from '../../../src/events/told-event.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { until } from '../../support/process.js';
import { runBounded } from '../../support/run-bounded.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const addresses = ['2001:db8::/64', '192.0.2.7', '198.51.100.0/22', '192.0.2.7'].map(anAddress);

const HEAD = '# Written by f2b-actiond(8): what is changed here is lost.\n';
const expected: Readonly<Record<DenylistFormat, string>> = {
  plain: '192.0.2.7\n198.51.100.0/22\n2001:db8::/64\n',
  'nginx-geo': `${HEAD}192.0.2.7 1;\n198.51.100.0/22 1;\n2001:db8::/64 1;\n`,
  'nginx-deny': `${HEAD}deny 192.0.2.7;\ndeny 198.51.100.0/22;\ndeny 2001:db8::/64;\n`,
  'haproxy-map': `${HEAD}192.0.2.7 1\n198.51.100.0/22 1\n2001:db8::/64 1\n`,
  apache: `${HEAD}Require not ip 192.0.2.7\nRequire not ip 198.51.100.0/22\nRequire not ip 2001:db8::/64\n`,
  caddy: `${HEAD}@f2b client_ip 192.0.2.7 198.51.100.0/22 2001:db8::/64\nabort @f2b\n`,
  // The rule has a test of its own.
  traefik: `${HEAD}${traefikText(['192.0.2.7', '198.51.100.0/22', '2001:db8::/64'].map(anAddress))}`,
  'hosts-deny': `${HEAD}ALL: 192.0.2.7\nALL: 198.51.100.0/255.255.252.0\nALL: [2001:db8::]/64\n`,
};

for (const format of denylistFormats) {
  test(`Format=${format} is as its reader has it, sorted, each address once`, () => {
    assert.equal(denylistText(format, addresses), expected[format]);
    assert.doesNotMatch(denylistText(format, []), /192|client_ip/);
  });
}

/** A list whose agent answers as the test says. */
class Scene {
  readonly clock = new VirtualClock(NOON);
  readonly folder = mkdtempSync(join(tmpdir(), 'f2b-denylist-'));
  readonly outcomes: string[] = [];
  readonly list: Denylist;
  present: readonly Ban[] = [];
  isAway = false;
  isSilent = false;

  constructor(reload: readonly string[] | undefined, path = join(this.folder, 'list')) {
    this.list = new Denylist({
      action: {
        ...{ type: 'denylist', name: 'it', path, format: 'plain', reload, socket: undefined, on: [], jails: [] },
        ...{ every: 2 * MICROS_PER_SECOND, batch: 1, limit: 1, timeout: 10 * MICROS_PER_SECOND },
      },
      clock: this.clock,
      runProgram: runBounded,
      bans: async () => {
        if (this.isSilent) return new Promise(() => {});
        if (this.isAway) throw new F2bError('AGENT_NOT_RUNNING');
        return this.present;
      },
      wants: ({ jail }) => jail !== 'other',
      told: async (outcome) => void this.outcomes.push(outcome.kind === 'done' ? 'done' : outcome.reason),
      broken: (cause) => assert.fail(String(cause)),
    });
  }

  get text(): string | undefined {
    try {
      return readFileSync(join(this.folder, 'list'), 'utf8');
    } catch {
      return undefined;
    }
  }

  tell(kind: 'ban' | 'unban', address: string, jail = 'ssh.service'): void {
    const told = { ban: ban(address, jail), cursor: 's=1', at: NOON, host: '', message: '' };
    const event: ToldEvent = kind === 'ban' ? { ...told, kind } : { ...told, kind, cause: 'expired' };
    this.list.take([event]);
  }

  /** Lets time pass until so many attempts were made. */
  async attempts(count: number): Promise<void> {
    await until(`${count} attempts`, async () => {
      await this.clock.advance(MICROS_PER_SECOND);
      return this.outcomes.length >= count ? true : undefined;
    });
  }
}

function ban(address: string, jail = 'ssh.service'): Ban {
  return aBan({ address: anAddress(address), jail });
}

function scene(t: TestContext, reload?: readonly string[]): Scene {
  const made = new Scene(reload);
  t.after(async () => {
    await made.list.end();
    rmSync(made.folder, { recursive: true });
  });
  return made;
}

test('begins with what the agent says and goes on with what it tells', async (t) => {
  const it = scene(t);
  it.present = [ban('192.0.2.1'), ban('192.0.2.9', 'other')];
  it.list.refresh();
  await it.attempts(1);
  assert.equal(it.text, '192.0.2.1\n');
  it.tell('ban', '192.0.2.2');
  it.tell('ban', '192.0.2.8', 'other');
  await it.attempts(2);
  assert.equal(it.text, '192.0.2.1\n192.0.2.2\n');
  it.tell('unban', '192.0.2.1');
  await it.attempts(3);
  assert.equal(it.text, '192.0.2.2\n');
  assert.equal(statSync(join(it.folder, 'list')).mode & 0o777, 0o644);
});

test('an address that two jails ban stays until both have let it go', async (t) => {
  const it = scene(t);
  it.present = [ban('192.0.2.1'), ban('192.0.2.1', 'recidive')];
  it.list.refresh();
  await it.attempts(1);
  it.tell('unban', '192.0.2.1');
  await it.attempts(2);
  assert.equal(it.text, '192.0.2.1\n');
  it.tell('unban', '192.0.2.1', 'recidive');
  await it.attempts(3);
  assert.equal(it.text, '');
});

test('leaves the file as it is while the agent is away, and is right once it answers', async (t) => {
  const it = scene(t);
  writeFileSync(join(it.folder, 'list'), '192.0.2.1\n192.0.2.2\n');
  it.isAway = true;
  it.list.refresh();
  await it.attempts(2);
  assert.match(it.outcomes[0] ?? '', /does not say which bans there are: f2bd is not running/);
  assert.equal(it.text, '192.0.2.1\n192.0.2.2\n');
  it.isAway = false;
  it.present = [ban('192.0.2.2')];
  await it.attempts(3);
  await until('it is written', () => (it.text === '192.0.2.2\n' ? true : undefined));
});

test('a clock that is set back keeps nothing out of the list', async (t) => {
  const it = scene(t);
  it.list.refresh();
  await it.attempts(1);
  it.clock.set(-86_400 * MICROS_PER_SECOND);
  it.tell('ban', '192.0.2.1');
  await it.attempts(2);
  assert.equal(it.text, '192.0.2.1\n');
  it.isAway = true;
  it.list.refresh();
  await it.attempts(3);
  it.clock.set(-86_400 * MICROS_PER_SECOND);
  it.isAway = false;
  await it.attempts(4);
  assert.equal(it.outcomes[3], 'done');
});

test('is right again after a while when the agent could not tell all that happened', async (t) => {
  const it = scene(t);
  it.present = [ban('192.0.2.1')];
  it.list.refresh();
  await it.attempts(1);
  it.present = [ban('192.0.2.2')];
  await it.clock.advance(890 * MICROS_PER_SECOND);
  assert.equal(it.text, '192.0.2.1\n');
  await it.attempts(2);
  assert.equal(it.text, '192.0.2.2\n');
});

test('ends though the agent does not answer', async (t) => {
  const it = scene(t);
  it.isSilent = true;
  it.list.refresh();
  await it.clock.advance(MICROS_PER_SECOND);
  let isOver = false;
  const ended = it.list.end().then(() => {
    isOver = true;
  });
  await it.clock.advance(MICROS_PER_SECOND);
  assert.equal(isOver, true);
  await ended;
});

test('tells the service after each change and once at the start, and again when that failed', async (t) => {
  const marks = join(mkdtempSync(join(tmpdir(), 'f2b-reloads-')), 'marks');
  t.after(() => rmSync(join(marks, '..'), { recursive: true }));
  const it = scene(t, ['/bin/sh', '-c', `echo x >>${marks}; [ "$(wc -l <${marks})" != 2 ]`]);
  it.list.refresh();
  await it.attempts(1);
  it.tell('ban', '192.0.2.1');
  await it.attempts(2);
  assert.match(it.outcomes[1] ?? '', /^Reload= ended with status 1/);
  await it.attempts(3);
  assert.deepEqual([it.outcomes[2], readFileSync(marks, 'utf8')], ['done', 'x\nx\nx\n']);
  it.tell('unban', '192.0.2.7');
  await it.attempts(4);
  assert.equal(readFileSync(marks, 'utf8'), 'x\nx\nx\n', 'nothing changed, nothing to tell');
});

for (const planted of ['mkfifo list', 'ln -s /dev/zero list', 'ln -s /proc/kmsg list', 'truncate -s 1T list']) {
  test(`whoever can write to the folder keeps the list from nobody by: ${planted}`, async (t) => {
    const it = scene(t);
    execSync(planted, { cwd: it.folder });
    it.present = [ban('192.0.2.1')];
    it.list.refresh();
    await it.attempts(1);
    assert.deepEqual([it.outcomes, it.text], [['done'], '192.0.2.1\n']);
  });
}

test('says what to do when the file cannot be written', async (t) => {
  const it = new Scene(undefined, '/proc/no/such/list');
  t.after(async () => {
    await it.list.end();
    rmSync(it.folder, { recursive: true });
  });
  it.list.refresh();
  await it.attempts(1);
  assert.match(it.outcomes[0] ?? '', /\/proc\/no\/such\/list cannot be written \(ENOENT\).*ReadWritePaths=/);
});
