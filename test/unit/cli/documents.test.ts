/** The manual page and the shells' completions know every verb and every option, and no others. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { verbs as loaders } from '../../../src/cli/verbs.js';
import { repository } from '../../support/repository.js';
import { aWorld, programIn } from './run.js';

const read = (name: string): string => readFileSync(join(repository, name), 'utf8');

const program = await programIn(aWorld());

/** A verb with its sub-verbs: `state` is `state export`. */
function leaves(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

const verbs = program.commands.map((command) => ({
  name: command.name(),
  options: [...new Set(leaves(command).flatMap((leaf) => leaf.options.map(({ long }) => long ?? '')))],
  /** `-o, --output` for those that have a short form. */
  shorts: [
    ...new Set(leaves(command).flatMap((leaf) => leaf.options.flatMap(({ short, long }) => pairs(short, long)))),
  ],
}));

function pairs(short: string | undefined, long: string | undefined): readonly string[] {
  return short === undefined ? [] : [`${short}, ${long}`];
}

test('each verb is loaded by its name', () => {
  assert.deepEqual(
    verbs.map(({ name }) => name),
    [...loaders.keys()],
  );
});

test('f2bctl.1 describes every verb, and no other', () => {
  const section = /^# COMMANDS$(.*?)^# /ms.exec(read('src/man/f2bctl.1.scd'))?.[1] ?? '';
  const described = new Set([...section.matchAll(/^\*([a-z-]+)[ *]/gm)].map(([, name]) => name));
  assert.deepEqual([...described].sort(), ['help', ...verbs.map(({ name }) => name)].sort());
});

test('f2bctl.1 describes every option of the verbs, and no other', () => {
  const section = /^# OPTIONS$(.*?)^# EXIT/ms.exec(read('src/man/f2bctl.1.scd'))?.[1] ?? '';
  const described = new Set([...section.matchAll(/^\*.*$/gm)].flatMap(([line]) => line.match(/--[a-z-]+/g) ?? []));
  const known = verbs.flatMap(({ options }) => options);
  const common = ['--help', '--host', '--no-pager', '--version'];
  assert.deepEqual([...described].sort(), [...new Set([...known, ...common])].sort());
});

test('f2bctl.1 has the short forms of options, and an option has the same one wherever it is', () => {
  const section = /^# OPTIONS$(.*?)^# EXIT/ms.exec(read('src/man/f2bctl.1.scd'))?.[1] ?? '';
  const described = new Set(
    [...section.matchAll(/\*(-\w)\*, \*(--[a-z-]+)\*/g)].map(([, one, two]) => `${one}, ${two}`),
  );
  const known = new Set(['-h, --help', '-H, --host', '-V, --version', ...verbs.flatMap(({ shorts }) => shorts)]);
  assert.deepEqual([...described].sort(), [...known].sort());
  for (const { name, options, shorts } of verbs) {
    const own = [...known].filter((pair) => options.includes(pair.slice(4)));
    assert.deepEqual([...shorts].sort(), own.sort(), name);
  }
});

test('the help of no verb shows defaults that say nothing', () => {
  for (const command of program.commands.flatMap(leaves))
    assert.doesNotMatch(command.helpInformation(), /default: (?:\[|false)/, command.name());
});

test('bash completes every verb with its options, and no others', () => {
  const table = read('debian/completion/bash/f2bctl').matchAll(/^ +\[([a-z-]+)\]='([^']*)'$/gm);
  const completed = [...table]
    .filter(([, name]) => name !== 'help')
    .map(([, name = '', options = '']) => ({
      name,
      options: options
        .split(' ')
        .filter((option) => option !== '')
        .sort(),
    }));
  const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
  assert.deepEqual(
    completed.sort(byName),
    verbs.map(({ name, options }) => ({ name, options: [...options].sort() })).sort(byName),
  );
});

/** Options with their short forms, by verb: `-o, --output`. */
const forms = (name: string, options: readonly string[], shorts: readonly string[]) => ({
  name,
  options: options.map((option) => shorts.find((pair) => pair.endsWith(` ${option}`)) ?? option).sort(),
});
const expected = verbs.map(({ name, options, shorts }) => forms(name, options, shorts));

test('fish completes every verb with its options, and no others', () => {
  const text = read('debian/completion/fish/f2bctl.fish');
  const lines = [...text.matchAll(/from ([a-z -]+)'(?: -s (\w))? -l (\S+)/g)].map(([, names = '', short, long]) => ({
    names: names.split(' '),
    option: `${short ? `-${short}, ` : ''}--${long}`,
  }));
  const completed = expected.map(({ name }) => ({
    name,
    options: lines.flatMap(({ names, option }) => (names.includes(name) ? [option] : [])).sort(),
  }));
  assert.deepEqual(completed, expected);
  for (const { name } of verbs) assert.match(text, new RegExp(`-a ${name} -d`));
});

test('zsh completes every verb with its options, and no others', () => {
  const text = read('debian/completion/zsh/_f2bctl');
  const shared = new Map([...text.matchAll(/^ {2}local -a (\w+)=\((.*)\)$/gm)].map(([, name, words]) => [name, words]));
  const arms = [...text.matchAll(/^ {8}([a-z |*-]+)\) (.*?) ;;$/gms)].map(([, names = '', words = '']) => ({
    names: names.split(' | '),
    words: words.replace(/\$(\w+)/g, (_, name) => shared.get(name) ?? ''),
  }));
  const completed = expected.map(({ name }) => {
    const arm = arms.find(({ names }) => names.includes(name)) ?? arms.find(({ names }) => names.includes('*'));
    const found = [...(arm?.words ?? '').matchAll(/(?:\{(-\w)\+?,)?(--[a-z-]+)=?[}[]/g)];
    return { name, options: found.map(([, short, long]) => (short ? `${short}, ${long}` : `${long}`)).sort() };
  });
  assert.deepEqual(completed, expected);
  for (const { name } of verbs) assert.match(text, new RegExp(`'${name}:`));
});
