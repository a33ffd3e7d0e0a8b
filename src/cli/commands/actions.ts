/** `f2bctl actions`: how the actions do, and a test of one. Asks f2b-actiond, not the agent. */
import { Option } from 'commander';
import type { TestedEvent } from '../../ports/actions-control.js';
import { type AddCommand, type OutputOptions, outputOption, print } from '../command.js';
import { actionLines } from '../print/actions.js';

interface TestOptions extends OutputOptions {
  readonly event: TestedEvent;
}

/** `f2bctl actions`, `f2bctl actions test NAME [--event KIND]` */
export const addActions: AddCommand = (program, dependencies) => {
  const actions = program
    .command('actions')
    .description('show how the actions do that tell others of bans')
    .helpCommand(false)
    .addOption(outputOption())
    .action(async (options: OutputOptions) => {
      const status = await dependencies.actions().status();
      await print(dependencies, options, status, (style, now) => actionLines(status, style, now));
    });
  const events: readonly TestedEvent[] = ['ban', 'unban', 'problem'];
  actions
    .command('test')
    .description('send a made-up event through an action, which says that it is a test')
    .argument('<name>', 'the action')
    .addOption(new Option('--event <kind>', 'what to make up').choices(events).default('ban'))
    .addOption(outputOption())
    .action(async (name: string, _: unknown, command: { optsWithGlobals(): TestOptions }) => {
      const options = command.optsWithGlobals();
      await dependencies.actions().test(name, options.event);
      await print(dependencies, options, { action: name, event: options.event }, () => [
        `${name} was told of a made-up ${options.event}.`,
      ]);
    });
};
