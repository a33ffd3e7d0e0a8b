/** A journal with what the agent writes, over two boots and beside others, and journalctl and f2bctl to read it with. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AgentEvent } from '../../src/agent/agent-event.js';
import { EVENT_FIELDS } from '../../src/events/fields.js';
import { describeEvent } from '../../src/notify/describe-event.js';
import { messageIds } from '../../src/notify/message-ids.js';
import { aBan, aFailure, NOON } from '../fakes/values.js';
import { type FieldValue, type FileEntry, writeJournal } from '../support/journal-files.js';
import { repository } from '../support/repository.js';

const F2BCTL = join(repository, 'dist/f2bctl.js');

/** Not of the agent's choice: ends of lines and more that would steer a terminal. */
export const HOSTILE_USER = 'ro\u001b[2Jot\nF2B_ADDRESS=198.51.100.9';

const BOOTS = ['a', 'b'].map((digit) => digit.repeat(32));
const TRUSTED = {
  _HOSTNAME: 'host',
  _PID: '7',
  _MACHINE_ID: 'c'.repeat(32),
  SYSLOG_IDENTIFIER: 'f2bd',
  _UID: '0',
  _GID: '0',
};

/** `at`: µs since noon; the second boot began 10 s after it. */
function entry(at: number, fields: Readonly<Record<string, FieldValue>>, unit = 'f2bd.service'): FileEntry {
  const [boot = ''] = at < 10_000_000 ? BOOTS : BOOTS.slice(1);
  const monotonic = 5_000_000 + (at % 10_000_000);
  return { receivedAt: NOON + at, monotonic, boot, fields: { ...fields, _SYSTEMD_UNIT: unit, ...TRUSTED } };
}

function told(at: number, event: AgentEvent): FileEntry {
  const { message, priority, fields } = describeEvent(event);
  const all: Record<string, FieldValue> = { MESSAGE: message, PRIORITY: String(priority), F2B_EVENT: event.kind };
  for (const [name, value] of fields) all[name] = [...[all[name] ?? []].flat(), value].map(String);
  return entry(at, { ...all, MESSAGE_ID: messageIds[event.kind] });
}

const failure = aFailure({ user: 'root' });

/** What the agent wrote, and what another service wrote in between. */
const ENTRIES: readonly FileEntry[] = [
  told(0, { kind: 'failure', failure, counted: 4, maxretry: 5 }),
  told(1_234_567, { kind: 'failure', failure, counted: 5, maxretry: 5 }),
  told(1_300_000, { kind: 'ban', ban: aBan({ evidence: ['s=1', 's=2'] }) }),
  entry(2_000_000, { MESSAGE: 'of another', PRIORITY: '3' }, 'other.service'),
  told(12_000_001, { kind: 'unban', ban: aBan(), cause: 'manual' }),
  told(13_000_000, { kind: 'ban', ban: aBan({ evidence: ['s=3', 's=4'], count: 2 }) }),
];

/** Events that come later. */
export const LATER: readonly FileEntry[] = [told(20_000_000, { kind: 'unban', ban: aBan(), cause: 'expired' })];

/** An event with a user name of an attacker's choice, as it is written to the journal. */
export const HOSTILE: readonly FileEntry[] = [
  told(30_000_000, { kind: 'failure', failure: aFailure({ user: HOSTILE_USER }), counted: 1, maxretry: 5 }),
];

export interface Answer {
  readonly status: number;
  readonly output: Buffer;
  readonly errors: string;
}

type Ask = (argv: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Answer>;

export interface LogJournal {
  readonly folder: string;
  /** The folder of the journal's files. */
  readonly files: string;
  readonly f2bctl: Ask;
  /** Of the agent's entries alone, with the fields that f2bctl knows. */
  readonly journalctl: Ask;
  readonly append: (entries: readonly FileEntry[]) => void;
}

function ask(command: string, argv: readonly string[], environment: Readonly<Record<string, string>>): Promise<Answer> {
  const env = { ...process.env, TZ: 'UTC', SYSTEMD_COLORS: 'no', ...environment };
  return new Promise((resolve) => {
    const child = execFile(command, argv, { env, encoding: 'buffer', timeout: 60_000 }, (_, output, errors) =>
      resolve({ status: child.exitCode ?? -1, output, errors: String(errors) }),
    );
  });
}

/** `prefix`: a command that starts the programs. */
export function logJournal(t: TestContext, prefix: readonly string[] = []): LogJournal {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = join(folder, 'journal');
  mkdirSync(files);
  const append = (entries: readonly FileEntry[]) => writeJournal(join(files, 'system.journal'), entries);
  append(ENTRIES);
  const started = ([command = '', ...argv]: readonly string[], environment = {}) => {
    const [first = '', ...rest] = [...prefix, command, ...argv];
    return ask(first, rest, environment);
  };
  return {
    ...{ folder, files, append },
    f2bctl: (argv, environment) => started(['node', F2BCTL, 'log', '-D', files, ...argv], environment),
    journalctl: (argv, environment) => {
      const fields = argv.some((word) => word.startsWith('--output-fields')) ? [] : [`--output-fields=${EVENT_FIELDS}`];
      const own = argv.includes('cat') ? [] : fields;
      return started(['journalctl', '-D', files, ...own, ...argv, '_SYSTEMD_UNIT=f2bd.service'], environment);
    },
  };
}
