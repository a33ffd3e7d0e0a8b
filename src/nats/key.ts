/** nkeys: a host's seed, which stays there, and the public key that the servers know it by. */
import { createUser, fromSeed } from '@nats-io/nkeys';
import { isPublicKey } from './enrolled.js';

export interface HostKey {
  readonly seed: string;
  readonly key: string;
}

export function createKey(): HostKey {
  const pair = createUser();
  return { seed: new TextDecoder().decode(pair.getSeed()), key: pair.getPublicKey() };
}

/** The public key of a seed; undefined for what is none of a user. */
export function publicKeyOf(seed: string): string | undefined {
  try {
    const key = fromSeed(new TextEncoder().encode(seed.trim())).getPublicKey();
    return isPublicKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
}
