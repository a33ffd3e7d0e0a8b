/** Whatever keeps the agent from hearing is told with its reason, and it hears again once that is over. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inPrivateSystem, missingJournald } from './private-journald.js';

const program = join(import.meta.dirname, 'hearing-scenes.js');

/** Scene, what it is, and what is told. */
const scenes: readonly (readonly [string, string, RegExp])[] = [
  [
    'folderUnreadable',
    'a folder of the journal may not be read',
    /may not read the journal: \/var\/log\/journal\/\w+$/,
  ],
  [
    'fileUnreadable',
    'the file that journald writes to may not be read',
    /may not read the journal: .*\/system\.journal$/,
  ],
  ['nothingStored', 'journald stores nothing', /no journal to read: no files in .*\/var\/log\/journal/],
  ['nothingStoredAnyMore', 'journald stores nothing any more', /does not find in the journal what it writes/],
  ['levelNotStored', 'journald does not store what is of the level of a failure', /does not find in the journal/],
  ['journaldStalled', 'journald stands still', /does not find in the journal/],
  ['journaldGone', 'journald is gone', /does not find in the journal .*: journald does not take it/],
];

const unwatched: typeof scenes = [
  ['noInstances', 'there are no inotify instances left', /looked at every second instead: .*no inotify instances left/],
  ['noWatches', 'there are no inotify watches left', /looked at every second instead: .*no inotify watches left/],
  ['noEvents', 'the file system does not tell of changes', /looked at every second instead: its file system/],
];

interface Said {
  readonly text: string;
  readonly hint: string;
}

describe('an agent that does not hear says so, and hears again, when', { skip: missingJournald ?? false }, () => {
  for (const [name, what, told] of scenes)
    test(what, () => {
      const { problem }: { problem: Said } = JSON.parse(inPrivateSystem(program, name));
      assert.match(problem.text, told);
      assert.notEqual(problem.hint, '');
    });
});

describe('an agent that nobody tells of changes says so, and looks by itself, when', {
  skip: missingJournald ?? false,
}, () => {
  for (const [name, what, told] of unwatched)
    test(what, () => {
      const { problem }: { problem: Said } = JSON.parse(inPrivateSystem(program, name));
      assert.match(problem.text, told);
      assert.match(problem.hint, name === 'noEvents' ? /file system/ : /sysctl -w fs\.inotify\.max_user_/);
    });
});
