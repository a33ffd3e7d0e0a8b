/** Which pager is started, and with what: journalctl's choice. The pagers are programs that write down how they were called. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openPager, type PagerOptions } from '../../../../src/host/programs/pager.js';

/** What became of a pager that shows a line, in a world where there are these. */
async function shown(
  t: TestContext,
  present: readonly string[],
  environment: Readonly<Record<string, string>>,
  options?: PagerOptions,
) {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-pager-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of present) {
    const script = `#!/bin/sh
{ echo "\${0##*/} $*"; echo "LESS=$LESS $LESSCHARSET secure=\${LESSSECURE-unset}"; /bin/cat; } >${folder}/told\n`;
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }
  const pager = await openPager({ PATH: folder, TERM: 'xterm', ...environment }, options);
  if (pager === undefined) return 'none';
  pager.write('a line\n');
  await pager.close();
  return existsSync(join(folder, 'told')) ? readFileSync(join(folder, 'told'), 'utf8') : 'nothing';
}

const ALL = ['pager', 'less', 'more', 'most'];
const usual = 'LESS=FRSXMK utf-8 secure=1\na line\n';

const choices: readonly (readonly [what: string, environment: Record<string, string>, expected: string])[] = [
  ['Debian’s alternative', {}, `pager \n${usual}`],
  ['PAGER', { PAGER: 'more' }, `more \n${usual}`],
  ['SYSTEMD_PAGER before PAGER', { PAGER: 'less', SYSTEMD_PAGER: 'more' }, `more \n${usual}`],
  ['words with quotes', { PAGER: "most -w 'two words' x" }, `most -w two words x\n${usual}`],
  ['one that is not there', { PAGER: 'nosuch' }, `pager \n${usual}`],
  ['none, where it is empty', { PAGER: 'less', SYSTEMD_PAGER: '' }, 'none'],
  ['none, where it is cat', { PAGER: 'cat' }, 'none'],
  ['none at a dumb terminal', { TERM: 'dumb' }, 'none'],
  [
    'options of less',
    { PAGER: 'less', SYSTEMD_LESS: 'FRS', SYSTEMD_LESSCHARSET: 'latin1' },
    'less \nLESS=FRS latin1 secure=1\na line\n',
  ],
  ['not those of LESS', { PAGER: 'less', LESS: '-X', LESSSECURE: '0' }, `less \n${usual}`],
  ['less alone where it is to be secure', { PAGER: 'more', SYSTEMD_PAGERSECURE: 'yes' }, `less \n${usual}`],
  [
    'what the person runs from within',
    { PAGER: 'less', SYSTEMD_PAGERSECURE: '0' },
    'less \nLESS=FRSXMK utf-8 secure=unset\na line\n',
  ],
];

for (const [what, environment, expected] of choices) {
  test(`the pager is ${what}`, async (t) => assert.equal(await shown(t, ALL, environment), expected));
}

test('less and then more stand in for what is missing', async (t) => {
  assert.equal(await shown(t, ['less', 'more'], {}), `less \n${usual}`);
  assert.equal(await shown(t, ['more'], {}), `more \n${usual}`);
  assert.equal(await shown(t, [], {}), 'none');
});

test('one that is to show the end of the text is told so', async (t) => {
  assert.match(await shown(t, ['less'], {}, { isAtEnd: true }), /^LESS=FRSXMK \+G utf-8/m);
});

test('one that reads nothing takes no more than a pipe holds, and one that ends is written to no longer', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-pager-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const go = join(folder, 'go');
  const script = join(folder, 'lazy');
  writeFileSync(script, `#!/bin/sh\nwhile [ ! -e ${go} ]; do /bin/sleep 0.01; done\n`);
  chmodSync(script, 0o755);
  const pager = await openPager({ TERM: 'xterm', PAGER: script });
  assert.ok(pager);
  let written = 0;
  while (pager.write('x'.repeat(1_000))) written += 1_000;
  assert.ok(written < 300_000, `${written} bytes`);
  writeFileSync(go, '');
  assert.equal(await pager.wantsMore(), false);
  assert.equal(pager.write('more'), false);
  assert.equal(await pager.wantsMore(), false);
  await pager.close();
});
