/**
 * What ends what was begun, in the opposite order. Invariant: each is called once, when the one before it is done,
 * whatever becomes of the others.
 */
export interface Closers {
  /** `close` ends what was begun just now. Belongs before `closeAll`. */
  add(close: () => unknown): void;
  /** Calls all of them. Resolves when they are done, or rejects then with what failed first. */
  closeAll(): Promise<void>;
}

export function createClosers(): Closers {
  const added: (() => unknown)[] = [];
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const end of added.reverse()) {
      try {
        await end();
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  return {
    add: (end) => void added.push(end),
    closeAll() {
      closing ??= close();
      return closing;
    },
  };
}
