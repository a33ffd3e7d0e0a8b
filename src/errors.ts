/**
 * The registry of errors that reach a person: every adapter throws one of these.
 * Codes are never reused for another meaning; exit statuses are those of sysexits.h.
 */
interface ErrorKind {
  readonly exitStatus: number;
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
}

export const errorKinds = {
  USAGE: {
    exitStatus: 64,
    message: 'the command line is not valid',
    hint: 'see --help',
  },
  BUS_UNAVAILABLE: {
    exitStatus: 69,
    message: 'the system bus cannot be reached',
    hint: 'see that it runs: systemctl status dbus.socket',
  },
  CONFIG_INVALID: {
    exitStatus: 78,
    message: 'the configuration is not valid',
    hint: 'mend the lines named above, then run: systemctl reload f2bd',
  },
  INTERNAL: {
    exitStatus: 70,
    message: 'a bug in f2b',
    hint: 'please report it with the text above',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

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
