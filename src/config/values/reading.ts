/** What reading one value gives: the value, or what is wrong with it in words that fit behind `Key=: `. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

export function right<T>(value: T): Reading<T> {
  return { ok: true, value };
}

export function wrong(message: string, hint?: string): Reading<never> {
  return hint === undefined ? { ok: false, message } : { ok: false, message, hint };
}
