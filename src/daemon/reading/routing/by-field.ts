/** Matches `FIELD=value` by their fields: field → accepted values. */
export function byField(matches: readonly string[]): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>();
  for (const match of matches) {
    const equals = match.indexOf('=');
    const field = match.slice(0, equals);
    const values = fields.get(field) ?? new Set();
    fields.set(field, values.add(match.slice(equals + 1)));
  }
  return fields;
}
