/** User names and their numbers in the text of passwd(5); lines that are no users are passed over. */
export function parsePasswd(text: string): ReadonlyMap<string, number> {
  const users = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name = '', , uid = ''] = line.split(':');
    // Of two lines for a name the C library takes the first.
    if (name !== '' && /^\d{1,10}$/.test(uid) && !users.has(name)) users.set(name, Number(uid));
  }
  return users;
}
