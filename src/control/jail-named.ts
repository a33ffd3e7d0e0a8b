/** Jails as people name them: in full, or as systemctl(1) has it, without .service. */
import type { AgentClient } from './client.js';

/** The name in full, of those there are. Undefined when there is no such jail. */
export function jailNamed(text: string, names: readonly string[]): string | undefined {
  return [text, `${text}.service`].find((name) => names.includes(name));
}

/** The jail of that name. */
export function jailAmong<J extends { readonly name: string }>(text: string, jails: readonly J[]): J | undefined {
  const found = jailNamed(
    text,
    jails.map(({ name }) => name),
  );
  return jails.find(({ name }) => name === found);
}

/** A jail that somebody named, in full; one that the agent does not know is for the agent to refuse. */
export async function jailAsked(
  text: string | undefined,
  client: Pick<AgentClient, 'status'>,
): Promise<string | undefined> {
  if (text === undefined || text.endsWith('.service')) return text;
  const { jails } = await client.status();
  const names = jails.map(({ name }) => name);
  return jailNamed(text, names) ?? text;
}
