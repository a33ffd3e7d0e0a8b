/** What a running service takes, as the kernel of its container says. */
import type { Container } from '../support/container.js';
import { journalBytes } from './journal-bytes.js';

const TICKS_PER_SECOND = 100;
const KILOBYTES_PER_MEGABYTE = 1024;
/** Less processor time than this in a look (s) is rest. */
const REST = 0.03;
const LOOK = 3_000;

export interface UnitEntries {
  readonly count: number;
  readonly bytes: number;
}

export interface UnitFigures {
  /** Processor time of its main process, with the children that it has waited for, s. */
  readonly processor: number;
  /** MB. */
  readonly resident: number;
  /** MB that no file backs. */
  readonly anonymous: number;
}

export async function figuresOf(container: Container, unit: string): Promise<UnitFigures> {
  const command = `pid=$(systemctl show -P MainPID ${unit}); cat /proc/$pid/stat /proc/$pid/status`;
  const text = await container.ask(command);
  const fields =
    text
      .split('\n')[0]
      ?.replace(/^.*\) /, '')
      .split(' ') ?? [];
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const memory = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN) / KILOBYTES_PER_MEGABYTE;
  return { processor: ticks / TICKS_PER_SECOND, resident: memory('VmRSS'), anonymous: memory('RssAnon') };
}

/** The figures once it has nothing to do any more, or after `seconds`. */
export async function figuresAtRest(container: Container, unit: string, seconds: number): Promise<UnitFigures> {
  let before = await figuresOf(container, unit);
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    await pause(LOOK);
    const now = await figuresOf(container, unit);
    if (now.processor - before.processor < REST) return now;
    before = now;
  }
  return before;
}

/** Time from the start of its main process until it was ready, s. */
export async function startTimeOf(container: Container, unit: string): Promise<number> {
  const properties = '-P ExecMainStartTimestampMonotonic -P ActiveEnterTimestampMonotonic';
  const [started = 0, ready = 0] = (await container.ask(`systemctl show ${properties} ${unit}`))
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
  return Math.abs(ready - started) / 1e6;
}

/** The entries of the unit after `cursor`, by number and by what they take in a journal file. */
export async function entriesOf(container: Container, unit: string, cursor: string): Promise<UnitEntries> {
  const command = `journalctl -q -u ${unit} -o export --after-cursor='${cursor}'`;
  const text = await container.ask(command, { timeout: 120 });
  const count = text.match(/^__CURSOR=/gm)?.length ?? 0;
  return { count, bytes: count === 0 ? 0 : journalBytes(text) };
}

/** The cursor of the journal's last entry. */
export async function lastCursorOf(container: Container): Promise<string> {
  return /^-- cursor: (.*)$/m.exec(await container.ask('journalctl -q -n 1 --show-cursor'))?.[1] ?? '';
}

export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
