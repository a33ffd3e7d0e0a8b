/** Numbers for people, with commas between the thousands. */
const grouped = new Intl.NumberFormat('en');

/** `8,500` */
export function number(value: number): string {
  return grouped.format(value);
}

/** `1 address`, `8,500 entries`. */
export function counted(value: number, noun: string): string {
  return `${number(value)} ${value === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  if (noun.endsWith('s')) return `${noun}es`;
  return noun.endsWith('try') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
