/** At most `limit` of the items, and whether there are more. */
export function first<T>(all: Iterable<T>, limit: number): { readonly items: readonly T[]; readonly more: boolean } {
  const items: T[] = [];
  for (const item of all) {
    if (items.length === limit) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}
