/** The control program's composition root. */
import { join } from 'node:path';
import { Command } from 'commander';
import { addTestCommand, type JournalRequest } from '../cli/commands/test.js';
import { F2bError } from '../errors.js';

declare const __F2B_VERSION__: string;

/** The journal library is loaded only when a command reads the journal: it doubles the time to start. */
async function openJournal({ directory, matches }: JournalRequest) {
  const { openJournal: open } = await import('../journal/reader.js');
  const { openLibrary } = await import('../journal/native.js');
  const library = openLibrary(join(import.meta.dirname, 'f2b-journal.so'));
  return open({ library, matches, fields: [], ...(directory === undefined ? {} : { directory }) });
}

function fail(error: unknown): void {
  if (!(error instanceof F2bError)) throw error;
  process.stderr.write(`f2bctl: ${error.message}\n  hint: ${error.hint}\n`);
  process.exitCode = error.exitStatus;
}

const program = new Command('f2bctl').version(__F2B_VERSION__);
addTestCommand(program, { filterPath: ['/etc/f2b/filters', '/usr/lib/f2b/filters'], openJournal });
program.parseAsync().catch(fail);
