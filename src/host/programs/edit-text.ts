/** Lets the person at the terminal edit a text, in the editor that systemctl(1) would take, and keeps what is not taken. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { F2bError, systemCode } from '../../errors.js';

const FILE = 'edited.conf';

/** See "SYSTEMD_EDITOR" in systemctl(1). */
function editors(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const wanted = environment['SYSTEMD_EDITOR'] ?? environment['EDITOR'] ?? environment['VISUAL'];
  return wanted ? [wanted] : ['editor', 'nano', 'vim', 'vi'];
}

/** A folder of its own, which nobody else may enter. */
function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'f2bctl-edit-'));
}

/** Puts the text into a file that stays; returns its path. Throws CONFIG_UNWRITABLE. */
export function keepText(text: string): string {
  try {
    const path = join(newFolder(), FILE);
    writeFileSync(path, text);
    return path;
  } catch (cause) {
    throw new F2bError('CONFIG_UNWRITABLE', `what was edited cannot be kept in ${tmpdir()}`, { cause });
  }
}

/** The text as the editor left it. Throws EDITOR_FAILED. */
export async function editText(text: string): Promise<string> {
  const folder = newFolder();
  try {
    const path = join(folder, FILE);
    writeFileSync(path, text, { mode: 0o600 });
    await runFirst(editors(process.env), path);
    return readFileSync(path, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runFirst(commands: readonly string[], path: string): Promise<void> {
  for (const command of commands) {
    const status = await run(command, path);
    if (status === 0) return;
    if (status !== 'missing') throw new F2bError('EDITOR_FAILED', `${command} ended with status ${status}`);
  }
  throw new F2bError('EDITOR_FAILED', `there is no ${commands.join(', ')}`);
}

function run(command: string, path: string): Promise<number | 'missing'> {
  const [program = '', ...given] = command.split(/\s+/).filter((word) => word !== '');
  const child = spawn(program, [...given, path], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => (isMissing(error) ? resolve('missing') : reject(error)));
    child.once('exit', (status, signal) => resolve(status ?? (signal === null ? 1 : 128)));
  });
}

/** A folder of PATH that this user may not enter looks as a program does that nobody may run. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '');
}
