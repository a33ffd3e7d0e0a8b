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

/** The same error, with something else to do about it. */
export function withHint({ code, message, cause }: F2bError, hint: string): F2bError {
  return new F2bError(code, detailOf(code, message), { cause, hint });
}

/** The same error, with more to know for whoever reads it. */
export function withAdvice(error: F2bError, more: string): F2bError {
  return withHint(error, `${error.hint}; ${more}`);
}

/** True of a code of the registry, as another program may send it. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(errorKinds, text);
}

/** The error of another program of ours, by what it told of it. */
export function errorToldAs(code: ErrorCode, message: string, hint: string = errorKinds[code].hint): F2bError {
  return new F2bError(code, detailOf(code, message), { hint });
}

/** The message without the registered one in front, which the constructor puts back. */
function detailOf(code: ErrorCode, message: string): string | undefined {
  const registered = errorKinds[code].message;
  const detail = message.startsWith(`${registered}: `) ? message.slice(registered.length + 2) : message;
  return detail === '' || detail === registered ? undefined : detail;
}

/** The error itself, or as a bug when it is none that is registered. */
export function asF2bError(error: unknown): F2bError {
  return error instanceof F2bError ? error : new F2bError('INTERNAL', String(error), { cause: error });
}

/** `ENOENT` and the like, see errno(3): what a system call said. Undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** What it says. An error of all addresses of a host together says nothing itself, and its parts do. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return error instanceof AggregateError ? [...new Set(error.errors.map(messageOf))].join('; ') : error.name;
}
