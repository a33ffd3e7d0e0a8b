/**
 * The configuration that Debian ships fail2ban with, every jail of it switched on: each becomes a jail of f2b's whose filter
 * has the verdicts that our samples ask for. No filter of fail2ban's is read.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseFilterSpec } from '../../src/filter/filter-spec.js';
import { importFail2ban } from '../../src/import/import.js';
import type { ImportedJail } from '../../src/import/import-jail.js';
import { reportLines } from '../../src/import/report.js';
import { type Fail2banPackage, fail2banPackages } from '../support/fail2ban-package.js';
import { repository } from '../support/repository.js';
import { differences, filtersFolder, loadShipped, samplesOf } from '../support/sample-verdicts.js';
import { shippedJails } from '../support/shipped-jails.js';

const skip = fail2banPackages.length === 2 ? false : 'fail2ban’s packages are missing: run test/setup system';

/** What is to be reached of jails and of verdicts. */
const WANTED = 0.95;

const shipped = shippedJails(() => 1000).map(({ name, filter, journal }) => ({
  name,
  filter: filter?.name ?? '',
  units: journal.units,
}));

function importOf({ configuration: directory }: Fail2banPackage) {
  const added = join(directory, 'jail.d/zz-all.local');
  const isFilter = (path: string) => path.startsWith(join(directory, 'filter.d'));
  return importFail2ban({
    directory,
    only: [],
    isPublic: () => true,
    files: {
      read(path) {
        if (path === added) return '[DEFAULT]\nenabled = true\n';
        return isFilter(path) || !existsSync(path) ? undefined : readFileSync(path, 'utf8');
      },
      list(folder) {
        if (isFilter(folder) || !existsSync(folder)) return [];
        return [...readdirSync(folder), ...(folder === join(directory, 'jail.d') ? ['zz-all.local'] : [])];
      },
    },
    shipped,
    filterFolders: [filtersFolder],
    services: () => ['1/tcp'],
    written: new Set(),
  });
}

function imported(fail2ban: Fail2banPackage) {
  return importOf(fail2ban).value ?? assert.fail('nothing was imported');
}

interface Judged {
  readonly lines: number;
  /** A line for each whose verdict is another than its annotation asks for. */
  readonly wrong: readonly string[];
}

/** By filter and mode: both configurations have most of them. */
const judged = new Map<string, Judged>();

function judge(name: string, mode: string): Judged {
  const runs = samplesOf(name).filter(({ options }) => (options['mode'] ?? 'normal') === mode);
  const wrong = runs.flatMap((run) => differences(name, run, loadShipped(name, run.options)));
  return { lines: runs.reduce((sum, run) => sum + run.lines.length, 0), wrong };
}

/** Of the samples of the jail's filter in the jail's mode. */
function verdictsOf({ files }: ImportedJail): Judged {
  const written = files.flatMap(({ text }) => /^Filter=(.*)$/m.exec(text)?.[1] ?? []);
  const spec = parseFilterSpec(written[0] ?? '').value;
  if (spec === undefined) return { lines: 0, wrong: [] };
  const { mode = 'normal' } = spec.options;
  const key = `${spec.name} ${mode}`;
  const known = judged.get(key) ?? judge(spec.name, mode);
  judged.set(key, known);
  return known;
}

/** One is the shipped jail of [postfix] in another mode; the other lets in whom it names. */
const LEFT = ['postfix-rbl', 'pass2allow-ftp'];

/** The whole report of each version; F2B_KEEP_REPORTS=1 keeps what is told now, to be read and committed. */
const REPORTS = join(repository, 'test/system/stock-reports');

for (const fail2ban of fail2banPackages) {
  test(`${fail2ban.version}: of each setting is told what is kept of it here`, { skip }, () => {
    const { value, problems } = importOf(fail2ban);
    const lines = reportLines(value ?? assert.fail('nothing was imported'), problems);
    const told = `${lines.join('\n')}\n`.replaceAll(fail2ban.configuration, '/etc/fail2ban');
    const path = join(REPORTS, `${fail2ban.version}.txt`);
    if (process.env['F2B_KEEP_REPORTS'] === '1') writeFileSync(path, told);
    assert.deepEqual(told.split('\n'), readFileSync(path, 'utf8').split('\n'));
  });

  test(`${fail2ban.version}: jails and their verdicts are carried over`, { skip }, (t) => {
    const { jails, off } = imported(fail2ban);
    assert.deepEqual(off, []);
    const carried = jails.filter(({ files }) => files.length > 0);
    const left = jails.filter((jail) => !carried.includes(jail));
    assert.deepEqual(
      left.map(({ from }) => from),
      LEFT,
    );
    for (const { findings } of left) assert.ok(findings.length > 0 && findings.every(({ note }) => note !== ''));
    const verdicts = carried.map(verdictsOf);
    const lines = verdicts.reduce((sum, one) => sum + one.lines, 0);
    const wrong = verdicts.flatMap((one) => one.wrong);
    t.diagnostic(`${carried.length} of ${jails.length} jails, ${lines - wrong.length} of ${lines} verdicts`);
    assert.ok(lines > 1_000);
    assert.ok(carried.length / jails.length >= WANTED);
    assert.ok(1 - wrong.length / lines >= WANTED, wrong.join('\n'));
  });
}
