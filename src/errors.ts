/** Errors that reach a person: every adapter throws one of these, with a code of the registry. */
import { type ErrorCode, type ErrorKind, errorKinds } from './error-kinds.js';

export { type ErrorCode, errorKinds } from './error-kinds.js';

/** An error with a registered code, a hint for the person who reads it, and its cause. */
export class F2bError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly exitStatus: number;

  /** `detail` says which file, address or service; it is appended to the registered message. */
  constructor(code: ErrorCode, detail?: string, options?: { readonly cause?: unknown; readonly hint?: string }) {
    const kind: ErrorKind = errorKinds[code];
    super(detail === undefined ? kind.message : `${kind.message}: ${detail}`, { cause: options?.cause });
    this.name = 'F2bError';
    this.code = code;
    this.hint = options?.hint ?? kind.hint;
    this.exitStatus = kind.exitStatus;
  }
}

/** The same error, with more to know for whoever reads it. */
export function withAdvice({ code, message, hint, cause }: F2bError, more: string): F2bError {
  const detail = message.slice(errorKinds[code].message.length + 2);
  return new F2bError(code, detail === '' ? undefined : detail, { cause, hint: `${hint}; ${more}` });
}

/** The error itself, or as a bug when it is none that is registered. */
export function asF2bError(error: unknown): F2bError {
  return error instanceof F2bError ? error : new F2bError('INTERNAL', String(error), { cause: error });
}

/** `ENOENT` and the like, see errno(3): what a system call said. Undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
