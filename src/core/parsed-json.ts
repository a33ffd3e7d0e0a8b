/** JSON from elsewhere, which may be none. */

/** Undefined when it is no text, or no JSON. */
export function parsedJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
