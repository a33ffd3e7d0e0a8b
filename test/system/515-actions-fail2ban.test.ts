/** fail2ban's action files: the commands that are run for them are those that fail2ban itself runs, in their order. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { printable } from '../../src/core/printable.js';
import {
  actionFilesOf,
  type Case,
  type Fail2banPackage,
  fail2banPackages,
  type Step,
  whatFail2banRuns,
} from '../support/fail2ban-package.js';
import { whatIsRun } from './fail2ban-life.js';

const skip = fail2banPackages.length === 2 ? false : 'fail2ban’s packages are missing: run test/setup system';

const BEGIN = 1_777_636_800.5;
const HOSTILE = ['a `id` $(id) "b" \'c\' \\ | & ; > < * ? ~ # !', '$f2bV_matches', '<ip> <name> %(name)s'];

function ban(at: number, ip: string, user?: string, restored = false): Step {
  const matches = user === undefined ? ['failed'] : HOSTILE;
  return {
    ...{ do: 'ban', time: BEGIN + at, ip, failures: 5, bancount: 1, restored, matches },
    ...(user !== undefined && { data: { user } }),
  };
}

/** As a command is shown it: the time of each line stands before it, and nothing in a name acts on a terminal. */
function asShown(step: Step): Step {
  if (step.do !== 'ban') return step;
  const time = new Date(step.time * 1_000).toISOString();
  const matches = step.matches.map((line) => `${time} ${line}`);
  return { ...step, matches, ...(step.data !== undefined && { data: { user: printable(step.data.user) } }) };
}

/** Both families, whom an earlier run banned, what a client chose, an unban of each, one that nobody is banned for, and an end. */
const life: readonly Step[] = [
  { do: 'start', time: BEGIN },
  ban(0, '192.0.2.7', undefined, true),
  ban(0, '2001:db8::7', undefined, true),
  ban(3, '192.0.2.1', 'root'),
  ban(4, '2001:db8::1', '$(id) `id` "\'\n'),
  ban(5, '198.51.100.0/24'),
  { do: 'unban', time: BEGIN + 6, ip: '192.0.2.1' },
  { do: 'unban', time: BEGIN + 7, ip: '2001:db8::7' },
  { do: 'unban', time: BEGIN + 8, ip: '203.0.113.9' },
  ban(9, '192.0.2.9'),
  { do: 'stop', time: BEGIN + 10 },
];

/** As jail.conf gives them, so that both forms of a name are tried. */
const optionsOf: readonly Readonly<Record<string, string>>[] = [
  {},
  { name: 'sshd', port: 'ssh,2222', protocol: 'tcp', chain: 'INPUT', bantime: '1h' },
];

/** What this program says of the one file below that fail2ban refuses. */
const REFUSED: Readonly<Record<string, RegExp>> = { unknown: /%\(known\/word\)s in "actionunban" is not defined/ };

/** How many of the cases came to commands, which are the same. */
async function compare(one: Fail2banPackage, cases: readonly Case[], configuration?: string): Promise<number> {
  const folder = join(configuration ?? one.configuration, 'action.d');
  const told = cases.map((each) => ({ ...each, life: each.life.map(asShown) }));
  const expected = whatFail2banRuns(one, told, configuration);
  assert.equal(expected.length, cases.length);
  let compared = 0;
  for (const [index, each] of cases.entries()) {
    const theirs = expected[index];
    const { commands, wrong } = await whatIsRun(each, folder);
    // fail2ban would have the shell read the bare tags.
    const isBare = theirs?.commands?.every(([text]) => /^<\w+>$/.test(text)) === true;
    const what = `${each.file} ${JSON.stringify(each.options)} ${each.failing} (fail2ban: ${theirs?.wrong})`;
    if (theirs?.commands === undefined || isBare) {
      const refusal = isBare ? /has no actionban, actionunban or actionstart/ : REFUSED[each.file];
      assert.ok(refusal !== undefined, what);
      assert.match(wrong ?? '', refusal, what);
      continue;
    }
    assert.deepEqual(commands, theirs.commands, `${what} ${wrong}`);
    compared += 1;
  }
  return compared;
}

for (const one of fail2banPackages) {
  const files = actionFilesOf(one);

  test(`each action file of fail2ban ${one.version} is run as fail2ban runs it`, { skip }, async () => {
    assert.ok(files.length > 60);
    const compared = await compare(
      one,
      files.flatMap((file) => optionsOf.map((options) => ({ jail: 'sshd.service', file, options, failing: [], life }))),
    );
    assert.ok(compared >= 60 * optionsOf.length, `${compared}`);
  });

  // What follows a failure is decided by its classes, of which those of 1.1.0 are ours.
  if (one.version !== '1.1.0') continue;
  test(`whichever commands fail, what is run next is what fail2ban ${one.version} runs`, { skip }, async () => {
    const failing = [[1], [3], [4], [6], [2, 3], [5, 6, 7], [8]];
    const compared = await compare(
      one,
      files.flatMap((file) => failing.map((which) => ({ jail: 'sshd', file, options: {}, failing: which, life }))),
    );
    assert.ok(compared >= 60 * failing.length, `${compared}`);
  });
}

/** What no file of fail2ban's does, and its manual allows. */
const own = {
  'tags.conf': `[INCLUDES]
before = base.conf
[Definition]
actionstart = start <name> <actname> <time> <family> <bantime> <F-USER> <br> <sp> <fq-hostname> <sh-hostname> <none>
actionban = ban <ip> <family> <ip-rev> <fid> <failures> <time> <bantime> <bancount> <restored>
            "<matches>" '<ipmatches>' <ipjailmatches> <ipfailures> <ipjailfailures> <F-USER> <F-NOTHING> <ip-host> <word>
actionunban = unban <ip> <known/word> <base_<kind>/text> <inner>
actionprolong = prolong <ip> <bantime>
[Init]
word = mine
kind = second
inner = in<nested>
nested = ner <word>
`,
  'tags.local': '[Init]\nword = local %(kind)s %(known/word)s\n',
  'unknown.conf': '[Definition]\nactionban = ban <ip>\nactionunban = unban <ip> %(known/word)s\n[Init]\nword = mine\n',
  'base.conf':
    '[Definition]\nword = based\n[base_second]\ntext = second <name>\n[Init]\nword = base\n[Init?family=inet6]\nword = six\n',
  'repair.conf': `[Definition]
actionstart = start <name>
actionstop = stop <name>
actioncheck = check <family>
actionrepair = repair <family>
actionrepair_on_unban = yes
actionban = ban <ip>
actionunban = unban <ip>
actionflush = flush <name>
norestored = on
`,
  'demand.conf':
    '[Definition]\nactionstart_on_demand = true\nactionstart = start\nactionstop = stop\nactioncheck = check\nactionban = ban <ip>\nactionunban = unban <ip>\nactionrepair_on_unban = 1\n',
  'early.conf':
    '[Definition]\nactionstart_on_demand = false\nactionstart = start <word>\nactionstop = stop <word>\nactioncheck = check <word>\nactionban = ban <ip>\nactionunban = unban <ip>\nactionflush = flush <word>\n[Init]\nword = four\n[Init?family=inet6]\nword = six\n',
};

test('tags, conditions, includes and switches mean what they mean to fail2ban', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-action-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'action.d'));
  for (const [name, text] of Object.entries(own)) writeFileSync(join(folder, 'action.d', name), text);
  const failing = [
    [],
    [1],
    [2],
    [3],
    [4],
    [5],
    [6],
    [7],
    [8],
    [3, 4],
    [5, 6],
    [6, 7],
    [7, 8, 9],
    [9, 10, 11],
    [10, 12],
  ];
  const files = ['tags', 'repair', 'demand', 'early', 'unknown'];
  const cases = files.flatMap((file) =>
    failing.map((which) => ({ jail: 'sshd', file, options: { other: 'x<ip>' }, failing: which, life })),
  );
  const refused = cases.filter(({ file }) => file in REFUSED).length;
  for (const one of fail2banPackages) assert.equal(await compare(one, cases, folder), cases.length - refused);
});
