/** bash, zsh and fish, run for it, offer f2bctl's verbs, options, their values, jails, actions and addresses. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Command } from 'commander';
import { keysOf } from '../../../src/config/keys/keys.js';
import { eventKinds } from '../../../src/events/decode.js';
import { shellCompletion } from '../../support/shell-completion.js';
import { aWorld, programIn } from './run.js';

const { remove, ...shells } = shellCompletion(['nginx.service', 'ssh.service'], ['chat']);
after(remove);

const program = await programIn(aWorld());
const verbs = [...program.commands.map((command) => command.name()), 'help'];
const addresses = ['192.0.2.1', '2001:db8::1'];
const jails = ['nginx.service', 'ssh.service'];
const times = ['10min', '1d', '1h', '1w'];
const levels = ['emerg', 'err'];

/** A command line up to where it is completed, and what is offered there. */
const places: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['sta', ['state', 'status']],
  ['--no-pager sta', ['state', 'status']],
  ['-H root@web1 sta', ['state', 'status']],
  ['log --s', ['--show-cursor', '--since']],
  ['log -p e', levels],
  ['log --priority e', levels],
  ['log --event un', ['unban', 'unresolved']],
  ['log --event ban,unb', ['ban,unban']],
  ['show ss', ['ssh.service']],
  ['status ', jails],
  ['show ssh.service Max', ['MaxRetry', 'MaxRetryUser']],
  ['show ssh.service -p BanTimeM', ['BanTimeMax', 'BanTimeMultipliers']],
  ['set ssh.service Dis', ['Disposition=']],
  ['bans -j ', jails],
  ['bans 192', ['192.0.2.1']],
  ['log 2001', ['2001:db8::1']],
  ['unban ', addresses],
  ['why ', addresses],
  ['disallow ', addresses],
  ['allow 192', ['192.0.2.1']],
  ['bans -o ', ['json', 'json-pretty', 'text']],
  ['ban --for 1', times],
  ['state ', ['check', 'export', 'import', 'vacuum']],
  ['fleet w', ['why', 'withdraw']],
  ['fleet ban --fo', ['--for']],
  ['actions ', ['test']],
  ['actions test ', ['chat']],
  ['help is-', ['is-active', 'is-enabled']],
];

/** The same behind an equals sign, which zsh and fish offer with the option, and bash without it. */
const equals: readonly (readonly [line: string, values: readonly string[]])[] = [
  ['bans --output=j', ['json', 'json-pretty']],
  ['log --output=with', ['with-unit']],
  ['ban --for=1', times],
  ['bans --sort=a', ['address']],
];

function leaves(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

const choices = program.commands
  .flatMap((command) => leaves(command).map((leaf) => ({ verb: command.name(), leaf })))
  .flatMap(({ verb, leaf }) => leaf.options.map(({ long, argChoices }) => ({ verb, leaf, long, argChoices })))
  .filter(({ argChoices, long }) => argChoices !== undefined && long !== undefined);

for (const name of ['bash', 'zsh', 'fish'] as const) {
  const offers = shells[name];
  const skip = offers === undefined ? `${name} is not installed (test/setup system)` : false;
  const offered = (line: string) => offers?.(`f2bctl ${line}`);

  test(`${name} offers what fits the place`, { skip }, () => {
    for (const [line, expected] of places) assert.deepEqual(offered(line), expected, line);
    for (const [line, values] of equals) {
      const option = name === 'bash' ? '' : `${/--[a-z]+=/.exec(line)}`;
      assert.deepEqual(
        offered(line)?.map((word) => word.replace(/^--[a-z]+=/, '')),
        values,
        line,
      );
      if (name === 'fish')
        assert.ok(
          offered(line)?.every((word) => word.startsWith(option)),
          line,
        );
    }
  });

  test(`${name} offers every verb`, { skip }, () => {
    assert.deepEqual(
      offered('')?.filter((word) => !word.startsWith('-')),
      [...verbs].sort(),
    );
  });

  test(`${name} offers all values of an option that has only some, and all keys of a jail`, { skip }, () => {
    assert.ok(choices.length > 20);
    for (const { verb, leaf, long = '', argChoices = [] } of choices) {
      const words = leaf.name() === verb ? [verb] : [verb, leaf.name()];
      const line = `${[...words, long].join(' ')} `;
      // Only bash knows that an export is JSON alone.
      if (name !== 'bash' && line.startsWith('state export')) continue;
      assert.deepEqual(offered(line), [...argChoices].sort(), line);
    }
    assert.deepEqual(offered('log --event '), [...eventKinds].sort());
    const keys = keysOf.jail.map((key) => key.name);
    assert.deepEqual(
      offered('show ssh.service ')?.filter((word) => !jails.includes(word)),
      [...keys].sort(),
    );
  });
}

test('bash offers files where a file is meant', () => {
  for (const line of ['state import ', 'state export --state-directory ', 'ban --file ', 'check '])
    assert.deepEqual(shells.bash(`f2bctl ${line}`), ['FILES'], line);
});
