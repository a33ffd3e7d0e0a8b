/** Puts another in the place of each, and answers with these. */
export function putAnew<T>(all: Iterable<T> & { put(one: T): void }, other: (one: T) => T): readonly T[] {
  const others = [...all].map(other);
  for (const one of others) all.put(one);
  return others;
}
