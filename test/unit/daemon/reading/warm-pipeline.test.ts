/** What a start reads before its position is matched only where a later verdict may depend on it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDecider } from '../../../../src/core/deciding/decider.js';
import type { Entry, MessageEnd } from '../../../../src/core/entry.js';
import { FOREVER } from '../../../../src/core/time.js';
import { createProgress, unreadFrom } from '../../../../src/daemon/reading/journals/progress.js';
import { createPipeline } from '../../../../src/daemon/reading/pipeline.js';
import { createRunningJail, type RunningJail } from '../../../../src/daemon/reading/running-jail.js';
import type { Line } from '../../../../src/filter/filter.js';
import { createMatcher } from '../../../../src/filter/matching/matcher.js';
import { loadShipped } from '../../../support/sample-verdicts.js';
import { shippedJails } from '../../../support/shipped-jails.js';

const configs = shippedJails(() => 0);

/** The shipped jail of that name, and the texts that its matcher is given. */
function listening(name: string, filter: string): { jail: RunningJail; given: string[] } {
  const config = configs.find((one) => one.name === name) ?? assert.fail(name);
  const matcher = createMatcher(loadShipped(filter, {}));
  const given: string[] = [];
  const begin = (lines: readonly Line[]) => {
    given.push(...lines.map(({ text }) => text));
    return matcher.begin(lines);
  };
  const heard = {
    name: matcher.name,
    journalmatch: matcher.journalmatch,
    tellsUser: matcher.tellsUser,
    slowRegexes: [],
    get remembers() {
      return matcher.remembers;
    },
    match: (line: Line) => matcher.match(line),
    mayBeFor: () => true,
    mayMatch: () => true,
    matchAll: (lines: readonly Line[]) => matcher.matchAll(lines),
    begin,
    reset: () => matcher.reset(),
  };
  return { jail: createRunningJail(config, heard), given };
}

const entry = (line: string, messageEnd?: MessageEnd): Entry => ({
  cursor: line,
  at: 0,
  receivedAt: 0,
  line,
  messageAt: 0,
  fields: {},
  stream: 7,
  ...(messageEnd && { messageEnd }),
});

function setUp() {
  const [ssh, web] = [listening('ssh.service', 'sshd'), listening('nginx-404', 'nginx-404')];
  const jails = [ssh.jail, web.jail];
  const pipeline = createPipeline({
    routing: {
      jailsOf: () => jails,
      jailsOfGoneSender: () => ({ believing: [], passingOver: [] }),
      isRead: () => true,
    },
    progress: createProgress(unreadFrom({ kind: 'head' })),
    decider: createDecider({ jails: [], random: () => 0, spared: () => undefined }),
    addressesOf: () => [],
    latest: () => FOREVER,
  });
  return { ssh, web, pipeline };
}

test('sessions are fed, and a filter that judges each line by itself is not', () => {
  const { ssh, web, pipeline } = setUp();
  pipeline.warm([entry('a'), entry('b')]);
  assert.deepEqual([ssh.given, web.given], [['a', 'b'], []]);
  pipeline.match([entry('c')]);
  assert.deepEqual(web.given, ['c'], 'what is new is matched');
});

test('a line that was broken and its rest are fed to all, also when the rest comes with the next entries', () => {
  const { web, pipeline } = setUp();
  pipeline.warm([entry('a'), entry('broken', { isBroken: true, stripped: 0 })]);
  pipeline.warm([entry('its rest')]);
  pipeline.warm([entry('another line')]);
  assert.deepEqual(web.given, ['a', 'broken', 'its rest']);
});
