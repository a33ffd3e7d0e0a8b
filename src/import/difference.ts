/** Two short texts line by line, as `diff` shows them: `-` is what is there, `+` what would be written. */

/** Both are short files of settings; lines that both have, in whatever order, are left out. */
export function difference(there: string, wanted: string): readonly string[] {
  const old = there.split('\n').filter((line) => line !== '');
  const fresh = wanted.split('\n').filter((line) => line !== '');
  return [
    ...old.filter((line) => !fresh.includes(line)).map((line) => `-${line}`),
    ...fresh.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ];
}
