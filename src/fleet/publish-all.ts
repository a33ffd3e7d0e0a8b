/** Publishes several things at once. Invariant: what the servers have is stored as published, whatever became of the rest. */
import { asF2bError } from '../errors.js';

/** `send`: resolves when the servers have it. Throws what kept the first of those back that did not get there. */
export async function publishAll<T>(
  items: readonly T[],
  send: (item: T) => Promise<unknown>,
  published: (items: readonly T[]) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(items.map(send));
  await published(items.filter((_, index) => results[index]?.status === 'fulfilled'));
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected !== undefined) throw asF2bError(rejected.reason);
}
