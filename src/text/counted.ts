/** Numbers for people, with commas between the thousands. Intl's would take a tenth of the time to start. */

/** `8,500` */
export function number(value: number): string {
  const [whole = '', fraction] = String(Math.round(value * 1_000) / 1_000).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `1 address`, `8,500 entries`. */
export function counted(value: number, noun: string): string {
  return `${number(value)} ${value === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  if (noun.endsWith('s')) return `${noun}es`;
  return noun.endsWith('try') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
