/** Which of the files of addresses cannot be read. They are told only when they are not the same as before. */
export function createUnreadable(tell: (paths: readonly string[]) => void) {
  const paths = new Set<string>();
  let told = '';
  let isRenewing = false;
  const settle = () => {
    const now = [...paths].join('\n');
    if (now === told || isRenewing) return;
    told = now;
    tell([...paths]);
  };
  return {
    looked(path: string, isReadable: boolean) {
      if (isReadable) paths.delete(path);
      else paths.add(path);
      settle();
    },
    /** Forgets all, and tells once `look` has looked at those that still matter. */
    renew(look: () => void) {
      paths.clear();
      isRenewing = true;
      look();
      isRenewing = false;
      settle();
    },
  };
}
