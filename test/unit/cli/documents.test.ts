/** The manual page and the shells' completions know every verb and every option, and no others. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { addTestCommand } from '../../../src/cli/commands/test.js';
import { noLimit } from '../../../src/filter/budget.js';
import { repository } from '../../repository.js';
import { aWorld, programIn } from './run.js';

const read = (name: string): string => readFileSync(join(repository, name), 'utf8');

const program = programIn(aWorld(), [
  (command) =>
    addTestCommand(command, {
      filterPath: [],
      budget: noLimit,
      openJournal: () => assert.fail('no journal is needed'),
    }),
]);

/** A verb with its sub-verbs: `state` is `state export`. */
function leaves(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

const verbs = program.commands.map((command) => ({
  name: command.name(),
  options: [...new Set(leaves(command).flatMap((leaf) => leaf.options.map(({ long }) => long ?? '')))],
}));

test('f2bctl.1 describes every verb, and no other', () => {
  const section = /^# COMMANDS$(.*?)^# /ms.exec(read('src/man/f2bctl.1.scd'))?.[1] ?? '';
  const described = new Set([...section.matchAll(/^\*([a-z]+)[ *]/gm)].map(([, name]) => name));
  assert.deepEqual([...described].sort(), verbs.map(({ name }) => name).sort());
});

test('f2bctl.1 describes every option of the verbs, and no other', () => {
  const section = /^# OPTIONS$(.*?)^# EXIT/ms.exec(read('src/man/f2bctl.1.scd'))?.[1] ?? '';
  const described = new Set([...section.matchAll(/^\*.*$/gm)].flatMap(([line]) => line.match(/--[a-z-]+/g) ?? []));
  const known = verbs.flatMap(({ options }) => options);
  const common = ['--help', '--version'];
  assert.deepEqual([...described].sort(), [...new Set([...known, ...common])].sort());
});

test('bash completes every verb with its options, and no others', () => {
  const table = read('debian/completion/bash/f2bctl').matchAll(/^ +\[([a-z]+)\]='([^']*)'$/gm);
  const completed = [...table].map(([, name = '', options = '']) => ({ name, options: options.split(' ').sort() }));
  const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
  assert.deepEqual(
    completed.sort(byName),
    verbs.map(({ name, options }) => ({ name, options: [...options].sort() })).sort(byName),
  );
});

for (const file of ['zsh/_f2bctl', 'fish/f2bctl.fish']) {
  test(`${file} completes every verb and every option`, () => {
    const text = read(`debian/completion/${file}`);
    const missing = verbs.flatMap(({ name, options }) => [
      ...(new RegExp(`\\b${name}\\b`).test(text) ? [] : [name]),
      ...options.filter((option) => !text.includes(option) && !text.includes(`-l ${option.slice(2)}`)),
    ]);
    assert.deepEqual(missing, []);
  });
}

/** What bash offers for the last of the words, with nothing of bash-completion but what the script uses. */
function completions(...words: readonly string[]): readonly string[] {
  const script = `
    _init_completion() { words=("\${given[@]}") cword=$((\${#given[@]} - 1)) cur=\${given[-1]} prev=\${given[-2]}; }
    __ltrim_colon_completions() { :; }
    _filedir() { COMPREPLY=(FILES); }
    . "$1"; shift
    given=("$@")
    _f2bctl
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const file = join(repository, 'debian/completion/bash/f2bctl');
  const output = execFileSync('bash', ['-c', script, 'bash', file, 'f2bctl', ...words], { encoding: 'utf8' });
  return output
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

test('bash offers what fits the place', () => {
  assert.deepEqual(completions('sta'), ['state', 'status']);
  assert.deepEqual(completions('log', '--s'), ['--since']);
  assert.deepEqual(completions('log', '-o', ''), ['cat', 'json', 'short']);
  assert.deepEqual(completions('bans', '-o', ''), ['json', 'text']);
  assert.deepEqual(completions('ban', '--for', '1'), ['10min', '1d', '1h', '1w']);
  assert.deepEqual(completions('state', ''), ['check', 'export', 'import', 'vacuum']);
  assert.deepEqual(completions('state', 'import', ''), ['FILES']);
  assert.deepEqual(completions('state', 'check', '-o', ''), ['json', 'text']);
  assert.deepEqual(completions('state', 'export', '--state-directory', ''), ['FILES']);
});
