/** One call to firewalld for an ipset. `replaces`: the set whose wanted entries are all in `entries`. */
export type Step =
  | { readonly kind: 'read'; readonly set: string }
  | { readonly kind: 'add' | 'remove'; readonly set: string; readonly entry: string }
  | { readonly kind: 'replace'; readonly set: string; readonly entries: readonly string[]; readonly replaces?: string };
