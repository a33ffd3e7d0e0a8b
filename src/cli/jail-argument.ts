/** Jails as people name them: in full, or as systemctl(1) has it, without .service. */

import type { JailEntry } from '../config/files/configuration-files.js';
import { nearest } from '../config/keys/nearest.js';
import type { AgentClient } from '../control/client.js';
import { F2bError } from '../errors.js';
import { isOwnFile } from './change-configuration.js';

/** The name in full, of those there are. Undefined when there is no such jail. */
export function jailNamed(text: string, names: readonly string[]): string | undefined {
  return [text, `${text}.service`].find((name) => names.includes(name));
}

/** That there is no such jail, and what was probably meant. */
export function unknownJail(text: string, names: readonly string[]): F2bError {
  const meant = nearest(text, [...names, ...names.map((name) => name.replace(/\.service$/, ''))]);
  const list = 'f2bctl list-jails --all lists the jails that there are';
  return new F2bError('UNKNOWN_JAIL', text, { hint: meant === undefined ? list : `did you mean ${meant}? ${list}` });
}

/** The jail of that name among those with a file. Throws UNKNOWN_JAIL. */
export function jailEntry(text: string, jails: readonly JailEntry[]): JailEntry {
  const names = jails.map(({ name }) => name);
  const name = jailNamed(text, names);
  const found = jails.find((jail) => jail.name === name);
  if (found === undefined) throw unknownJail(text, names);
  return found;
}

/** A jail that comes with f2b: one of its files is not the administrator's. */
export function isShipped({ files }: JailEntry, directory: string): boolean {
  return files.some(({ path }) => !isOwnFile(path, directory));
}

/** Why the agent has no such jail although there is one, and how to have it. */
export function notInForce({ name, state }: JailEntry): F2bError {
  const hint =
    state === 'enabled'
      ? 'it came after the agent last read its configuration: systemctl reload f2bd'
      : `switch it on with: f2bctl enable --now ${name}`;
  const why = state === 'enabled' ? 'is not in force yet' : `is ${state}`;
  return new F2bError('JAIL_NOT_ACTIVE', `${name} ${why}`, { hint });
}

/** The jail of an option in full; one that the agent does not know is for the agent to refuse. */
export async function jailOption(
  text: string | undefined,
  client: Pick<AgentClient, 'status'>,
): Promise<string | undefined> {
  if (text === undefined || text.endsWith('.service')) return text;
  const { jails } = await client.status();
  const names = jails.map(({ name }) => name);
  return jailNamed(text, names) ?? text;
}
