/** Adds the items to the list, any number of them: `push(...items)` fails with more than a call takes arguments. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
