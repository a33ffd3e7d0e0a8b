/** D-Bus messages as values, with the words of the D-Bus specification. */
import type { Variant } from 'dbus-next/lib/variant.js';

/**
 * A D-Bus value: `x` and `t` are bigint, the other numbers number, `ay` is a Uint8Array, arrays and structs are arrays,
 * dictionaries are objects, and `v` is a Variant.
 */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | Variant
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A method call to send. */
export interface MethodCall {
  /** Bus name, well-known or unique. */
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Of the body; empty by default. */
  readonly signature?: string;
  readonly body?: readonly Value[];
  /** The callee may ask the person at the terminal for a password (ALLOW_INTERACTIVE_AUTHORIZATION). */
  readonly interactive?: boolean;
}

/**
 * How a call ended. `error` is the D-Bus error name; what happened on this side has the names of the specification:
 * `errors.NO_REPLY` after the timeout, `errors.DISCONNECTED` without a connection.
 */
export type Answer =
  | { readonly ok: true; readonly body: readonly Value[] }
  | { readonly ok: false; readonly error: string; readonly text: string };

/**
 * Reads what a message from a stranger carries: only once somebody wants to know, as it may be long. It is empty when
 * the bytes are not what the signature says.
 */
export type Body = () => readonly Value[];

/** A method call that came in. `sender` is the caller's unique name and set by the bus: it cannot be forged. */
export interface Request {
  readonly sender: string;
  readonly path: string;
  /** Callers may leave it out. */
  readonly interface: string | undefined;
  readonly member: string;
  readonly signature: string;
  readonly body: Body;
  /** The caller agreed to be asked for a password. */
  readonly interactive: boolean;
}

/** What a handler answers to a request. */
export type Response =
  | { readonly ok: true; readonly signature: string; readonly body: readonly Value[] }
  | { readonly ok: false; readonly error: string; readonly text: string };

/** A signal to broadcast. */
export interface Signal {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly Value[];
}

/** A signal that came in. */
export type ReceivedSignal = Omit<Signal, 'body'> & { readonly body: Body };

/** A message as it comes from the bus. */
export type Incoming =
  | { readonly kind: 'call'; readonly serial: number; readonly replyExpected: boolean; readonly request: Request }
  | { readonly kind: 'answer'; readonly replySerial: number; readonly answer: Answer }
  | { readonly kind: 'signal'; readonly sender: string; readonly signal: ReceivedSignal };

/** Error names of the D-Bus specification that f2b sends or tells apart. */
export const errors = {
  ACCESS_DENIED: 'org.freedesktop.DBus.Error.AccessDenied',
  DISCONNECTED: 'org.freedesktop.DBus.Error.Disconnected',
  FAILED: 'org.freedesktop.DBus.Error.Failed',
  INTERACTIVE_AUTHORIZATION_REQUIRED: 'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired',
  INVALID_ARGS: 'org.freedesktop.DBus.Error.InvalidArgs',
  LIMITS_EXCEEDED: 'org.freedesktop.DBus.Error.LimitsExceeded',
  NAME_HAS_NO_OWNER: 'org.freedesktop.DBus.Error.NameHasNoOwner',
  NO_REPLY: 'org.freedesktop.DBus.Error.NoReply',
  SERVICE_UNKNOWN: 'org.freedesktop.DBus.Error.ServiceUnknown',
  UNKNOWN_INTERFACE: 'org.freedesktop.DBus.Error.UnknownInterface',
  UNKNOWN_METHOD: 'org.freedesktop.DBus.Error.UnknownMethod',
  UNKNOWN_OBJECT: 'org.freedesktop.DBus.Error.UnknownObject',
} as const;
