/**
 * Bytes to messages and back, by dbus-next's marshalling. The only importer of that package.
 * Invariant: no byte sequence makes `decode` throw; what it cannot read is undefined.
 */
import DBusBuffer from 'dbus-next/lib/dbus-buffer.js';
import format from 'dbus-next/lib/marshall-compat.js';
import variants from 'dbus-next/lib/variant.js';
import type { Incoming, MethodCall, Response, Signal, Value } from './message.js';

/** Message types and header fields: D-Bus specification, "Message Protocol". */
const METHOD_CALL = 1;
const METHOD_RETURN = 2;
const ERROR = 3;
const SIGNAL = 4;
const NO_REPLY_EXPECTED = 1;
const ALLOW_INTERACTIVE_AUTHORIZATION = 4;
const FIELD_NAMES = new Map([
  [1, 'path'],
  [2, 'interface'],
  [3, 'member'],
  [4, 'errorName'],
  [5, 'replySerial'],
  [6, 'destination'],
  [7, 'sender'],
  [8, 'signature'],
] as const);

/** A value with its type, for `v` in a signature. */
export function variant(signature: string, value: Value): Value {
  return new variants.Variant(signature, value);
}

/** The value inside a variant; any other value as it is. */
export function unwrap(value: Value | undefined): Value | undefined {
  return value instanceof variants.Variant ? value.value : value;
}

function marshall(message: object): Buffer {
  return format.marshallMessage(message)[0];
}

/** Throws a TypeError or Error when body and signature disagree: a bug of the caller. */
export function encodeCall(serial: number, call: MethodCall): Buffer {
  const { interactive = false, ...message } = call;
  const flags = interactive ? ALLOW_INTERACTIVE_AUTHORIZATION : 0;
  return marshall({ signature: '', body: [], ...message, type: METHOD_CALL, serial, flags });
}

export function encodeSignal(serial: number, signal: Signal): Buffer {
  return marshall({ ...signal, type: SIGNAL, serial });
}

/** The answer to the call `replySerial` of `destination`. */
export function encodeResponse(serial: number, destination: string, replySerial: number, response: Response): Buffer {
  if (response.ok) {
    const { signature, body } = response;
    return marshall({ type: METHOD_RETURN, serial, destination, replySerial, signature, body });
  }
  const { error: errorName, text } = response;
  return marshall({ type: ERROR, serial, destination, replySerial, errorName, signature: 's', body: [text] });
}

type Header = { readonly [field: string]: string | number | undefined };

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function incoming(type: number, flags: number, serial: number, header: Header, body: readonly Value[]): Incoming {
  const address = {
    path: text(header['path']),
    member: text(header['member']),
    signature: text(header['signature']),
    body,
  };
  const sender = text(header['sender']);
  const replySerial = Number(header['replySerial']);
  switch (type) {
    case METHOD_CALL: {
      const named = typeof header['interface'] === 'string' ? header['interface'] : undefined;
      const interactive = (flags & ALLOW_INTERACTIVE_AUTHORIZATION) !== 0;
      const request = { ...address, sender, interface: named, interactive };
      return { kind: 'call', serial, replyExpected: (flags & NO_REPLY_EXPECTED) === 0, request };
    }
    case METHOD_RETURN:
      return { kind: 'answer', replySerial, answer: { ok: true, body } };
    case ERROR:
      return {
        kind: 'answer',
        replySerial,
        answer: { ok: false, error: text(header['errorName']), text: text(body[0]) },
      };
    case SIGNAL:
      return { kind: 'signal', sender, signal: { ...address, interface: text(header['interface']) } };
    default:
      throw new RangeError(`message type ${type}`);
  }
}

/** Reads one whole message. Undefined for unknown types and for bodies that promise what they do not hold. */
export function decode(message: Buffer): Incoming | undefined {
  try {
    const buffer = new DBusBuffer(message, 0, message.readUInt8(0), null, { ayBuffer: true });
    const [, type, flags, , , serial, fields] = buffer.read('yyyyuua(yv)');
    const header = Object.fromEntries(
      fields.flatMap(([code, [, [value]]]) => {
        const name = FIELD_NAMES.get(code as 1);
        return name === undefined ? [] : [[name, value] as const];
      }),
    );
    const signature = text(header['signature']);
    buffer.align(3);
    const { body } = format.messageToJsFmt({ signature, body: buffer.read(signature) });
    return incoming(type, flags, serial, header, body);
  } catch {
    return undefined;
  }
}
