/** Jails as people name them: in full, or as systemctl(1) has it, without .service or by another name of the unit. */
import type { AgentClient } from './client.js';

/** What of a jail tells its names. */
interface Named {
  readonly name: string;
  /** The units that it reads. */
  readonly units?: readonly string[];
}

/** The jail of that name, else the only one that reads the unit of that name: ssh.service reads sshd.service, too. */
export function jailAmong<J extends Named>(text: string, jails: readonly J[]): J | undefined {
  const asked = [text, `${text}.service`];
  const [called] = asked.flatMap((name) => jails.filter((jail) => jail.name === name));
  if (called !== undefined) return called;
  const [reading, ...others] = jails.filter(({ units = [] }) => units.some((unit) => asked.includes(unit)));
  return others.length === 0 ? reading : undefined;
}

/** The name in full of a jail that somebody named; one that the agent does not know is for the agent to refuse. */
export async function jailAsked(
  text: string | undefined,
  client: Pick<AgentClient, 'status'>,
): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const { jails } = await client.status();
  return jailAmong(text, jails)?.name ?? text;
}
