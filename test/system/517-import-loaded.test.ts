/**
 * What an import writes, as the agent loads it, says what fail2ban's own classes read in the same configuration: those that
 * people publish, and the one that Debian ships with every jail switched on. No filter of fail2ban's is read by ours.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { JailConfig } from '../../src/config/config.js';
import { parseAddress } from '../../src/core/address/address.js';
import { bantimeAfter } from '../../src/core/deciding/bantime.js';
import { FOREVER, MICROS_PER_SECOND } from '../../src/core/time.js';
import type { ImportedJail } from '../../src/import/import-jail.js';
import { configurations } from '../support/fail2ban-configurations.js';
import { type Fail2banPackage, fail2banPackages } from '../support/fail2ban-package.js';
import { type Folders, foldersWith, type LoadedImport, loadImport, removeFolders } from '../support/loaded-import.js';
import { repository } from '../support/repository.js';

const skip = fail2banPackages.length === 2 ? false : 'fail2ban’s packages are missing: run test/setup system';

/** What fail2ban sets for a jail, by the names of its options. */
type Settings = Readonly<Record<string, unknown>>;

function whatFail2banSets({ python }: Fail2banPackage, { from }: Folders): Readonly<Record<string, Settings>> {
  const script = join(repository, 'test/support/fail2ban-settings.py');
  const { stdout, stderr } = spawnSync('python3', [script, python, from], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}

const seconds = (micros: number) => (micros === FOREVER ? -1 : micros / MICROS_PER_SECOND);

/** Our settings by the names of fail2ban's options, as fail2ban has them. */
const ours: Readonly<Record<string, (jail: JailConfig) => unknown>> = {
  maxretry: ({ settings }) => settings.maxretry,
  findtime: ({ settings }) => seconds(settings.findtime),
  bantime: ({ settings }) => seconds(settings.bantime),
  'bantime.increment': ({ settings }) => settings.increment !== undefined,
  'bantime.rndtime': ({ settings }) => seconds(settings.increment?.random ?? 0),
  'bantime.overalljails': ({ settings }) => settings.increment?.allJails ?? false,
  usedns: ({ usedns }) => usedns,
  ignorecommand: ({ spare }) => spare.ignorecommands.map((words) => words.join(' ')).join(),
  ignoreself: ({ spare }) => spare.ignoreself,
  ignoreip: ({ spare }) => spare.ignoreip.toSorted(),
};

/** What is another way here, and told as such: by configuration, jail and option, with what it is. */
const DIFFERENT: Readonly<Record<string, unknown>> = {
  'increments sshd ignoreip': ['127.0.0.0/8', '198.51.100.0/24'],
  'Docker, with a proxy in a container npm-docker usedns': 'no',
};

/** fail2ban's value, written as ours is. */
function theirs(option: string, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return option === 'ignoreip' ? value.map((word) => parseAddress(word)?.text ?? word).toSorted() : value;
}

/** Each option that is told as carried over is in force with fail2ban's value; how many that are. */
function compare(of: string, from: ImportedJail, jail: JailConfig, settings: Settings): number {
  let compared = 0;
  for (const { option, outcome } of from.findings) {
    const read = ours[option];
    if (read === undefined || !(option in settings) || !outcome.startsWith('carried over')) continue;
    const what = `${of} ${from.from} ${option}`;
    const wanted = what in DIFFERENT ? DIFFERENT[what] : theirs(option, settings[option]);
    assert.deepEqual(read(jail), wanted, what);
    compared += 1;
  }
  return compared;
}

/** Ban times grow as in fail2ban, but for what is added at random. */
function compareGrowth(of: string, jail: JailConfig, { grown }: Settings): void {
  const { bantime, increment } = jail.settings;
  if (!Array.isArray(grown)) return;
  const plain = increment && { ...increment, random: 0 };
  const here = grown.map((_, index) => seconds(bantimeAfter(index + 1, bantime, plain, () => 0)));
  for (const [index, wanted] of grown.entries()) {
    const difference = Math.abs((here[index] ?? 0) - wanted) / wanted;
    // Multipliers are written in four digits.
    assert.ok(difference < 1e-3, `${of} ${jail.name}: ${here[index]} s after ${index + 1} bans, not ${wanted}`);
  }
}

/** The patterns of filters that are not shipped, nor built on one that is. */
function compareFilter(of: string, jail: JailConfig, settings: Settings, { files, filterOf }: LoadedImport): void {
  const base = jail.filter?.name.replace(/-own$/, '');
  if (!files.has(`filters/${base}.conf`)) return;
  const filter = filterOf(jail) ?? assert.fail(`${of} ${jail.name} has no filter`);
  const { failregex, ignoreregex, prefregex, maxlines } = filter;
  const texts = (value: unknown) => (Array.isArray(value) ? value : []);
  assert.deepEqual(
    failregex.map(({ written }) => written),
    texts(settings['failregex']),
    of,
  );
  assert.deepEqual(
    ignoreregex.map(({ written }) => written),
    texts(settings['ignoreregex']),
    of,
  );
  assert.equal(prefregex?.written, settings['prefregex'], of);
  assert.equal(maxlines, settings['maxlines'] ?? 1, of);
}

async function compareAll(t: TestContext, fail2ban: Fail2banPackage, of: string, change: (folder: string) => void) {
  const folders = foldersWith({});
  t.after(() => removeFolders(folders));
  cpSync(fail2ban.configuration, folders.from, { recursive: true });
  change(folders.from);
  const loaded = await loadImport(folders);
  const sets = whatFail2banSets(fail2ban, folders);
  let compared = 0;
  for (const from of loaded.imported.jails) {
    const settings = sets[from.from];
    if (from.files.length === 0 || settings === undefined) continue;
    const jail = loaded.jail(from.name) ?? assert.fail(`${of}: ${from.name} is not loaded: ${loaded.told.join()}`);
    compared += compare(of, from, jail, settings);
    compareGrowth(of, jail, settings);
    compareFilter(of, jail, settings, loaded);
  }
  return { ...loaded, compared, sets };
}

for (const fail2ban of fail2banPackages) {
  test(`${fail2ban.version}: what is carried over of each published configuration is in force here`, {
    skip,
  }, async (t) => {
    let total = 0;
    for (const [name, configuration] of Object.entries(configurations)) {
      const { compared, sets, imported } = await compareAll(t, fail2ban, name, (folder) => {
        for (const [path, text] of Object.entries(configuration)) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
      });
      assert.deepEqual(imported.jails.map(({ from }) => from).toSorted(), Object.keys(sets).toSorted(), name);
      total += compared;
    }
    t.diagnostic(`${total} settings`);
    assert.ok(total > 30);
  });

  test(`${fail2ban.version}: all of the stock jails are loaded, with what is carried over`, { skip }, async (t) => {
    const { compared, told, imported } = await compareAll(t, fail2ban, 'stock', (folder) =>
      writeFileSync(join(folder, 'jail.d/zz-all.local'), '[DEFAULT]\nenabled = true\n'),
    );
    assert.deepEqual(told, []);
    t.diagnostic(`${imported.jails.length} jails, ${compared} settings`);
    assert.ok(compared > 30);
  });
}
