import { createDeferred } from '../../async/deferred.js';

/** Whether what is remembered is all that was decided, no more and no less. Once it is not, it never is again. */
export interface Wholeness {
  readonly isSo: boolean;
  /** Throws the reason why it is not. */
  require(): void;
  /** The first reason counts. */
  end(cause: unknown): void;
  /** Rejects once it is not, with the reason. */
  readonly ended: Promise<never>;
}

export function createWholeness(): Wholeness {
  let failure: { readonly cause: unknown } | undefined;
  const ended = createDeferred<never>();
  return {
    ended: ended.promise,
    get isSo() {
      return failure === undefined;
    },
    require() {
      if (failure !== undefined) throw failure.cause;
    },
    end(cause: unknown) {
      failure ??= { cause };
      ended.reject(failure.cause);
    },
  };
}
