/**
 * Bytes to messages by dbus-next's reading, and messages to bytes.
 * Invariant: no byte sequence makes `decode`, or reading a body, throw.
 */
import DBusBuffer from 'dbus-next/lib/dbus-buffer.js';
import format from 'dbus-next/lib/marshall-compat.js';
import variants from 'dbus-next/lib/variant.js';
import { Encoder } from './encoder.js';
import { ERROR, MAX_MESSAGE, METHOD_CALL, METHOD_RETURN, SIGNAL } from './frames.js';
import type { Body, Incoming, MethodCall, Response, Signal, Value } from './message.js';

/** Flags and header fields: D-Bus specification, "Message Protocol". */
const NO_REPLY_EXPECTED = 1;
const ALLOW_INTERACTIVE_AUTHORIZATION = 4;
const LITTLE_ENDIAN = 'l'.charCodeAt(0);
const PROTOCOL_VERSION = 1;
const BODY_LENGTH_AT = 4;
const PATH = 1;
const INTERFACE = 2;
const MEMBER = 3;
const ERROR_NAME = 4;
const REPLY_SERIAL = 5;
const DESTINATION = 6;
const SENDER = 7;
const SIGNATURE = 8;
const FIELD_NAMES = new Map([
  [PATH, 'path'],
  [INTERFACE, 'interface'],
  [MEMBER, 'member'],
  [ERROR_NAME, 'errorName'],
  [REPLY_SERIAL, 'replySerial'],
  [DESTINATION, 'destination'],
  [SENDER, 'sender'],
  [SIGNATURE, 'signature'],
] as const);

/** A value with its type, for `v` in a signature. */
export function variant(signature: string, value: Value): Value {
  return new variants.Variant(signature, value);
}

/** The value inside a variant; any other value as it is. */
export function unwrap(value: Value | undefined): Value | undefined {
  return value instanceof variants.Variant ? value.value : value;
}

interface Outgoing {
  readonly type: number;
  readonly flags?: number;
  readonly serial: number;
  /** Header fields by their code: D-Bus specification, "Header Fields". */
  readonly fields: readonly (readonly [code: number, signature: string, value: string | number])[];
  readonly signature?: string | undefined;
  readonly body?: readonly Value[] | undefined;
}

function marshall({ type, flags = 0, serial, fields, signature = '', body = [] }: Outgoing): Buffer {
  const typed = signature === '' ? fields : [...fields, [SIGNATURE, 'g', signature] as const];
  const header = typed.map(([code, of, value]) => [code, variant(of, value)]);
  const encoder = new Encoder();
  encoder.write('yyyyuua(yv)', [LITTLE_ENDIAN, type, flags, PROTOCOL_VERSION, 0, serial, header]);
  encoder.align(8);
  const start = encoder.length;
  encoder.write(signature, body);
  const message = encoder.bytes;
  if (message.length > MAX_MESSAGE) throw new RangeError(`a message of ${message.length} bytes`);
  message.writeUInt32LE(message.length - start, BODY_LENGTH_AT);
  return message;
}

/** Throws a TypeError or RangeError when body and signature disagree: a bug of the caller. */
export function encodeCall(serial: number, call: MethodCall): Buffer {
  const { destination, path, interface: name, member, signature, body, interactive = false } = call;
  const flags = interactive ? ALLOW_INTERACTIVE_AUTHORIZATION : 0;
  const fields = [...placeFields(path, name, member), [DESTINATION, 's', destination] as const];
  return marshall({ type: METHOD_CALL, flags, serial, fields, signature, body });
}

export function encodeSignal(serial: number, { path, interface: name, member, signature, body }: Signal): Buffer {
  return marshall({ type: SIGNAL, serial, fields: placeFields(path, name, member), signature, body });
}

function placeFields(path: string, name: string, member: string): Outgoing['fields'] {
  return [
    [PATH, 'o', path],
    [INTERFACE, 's', name],
    [MEMBER, 's', member],
  ];
}

/** The answer to the call `replySerial` of `destination`. Throws a RangeError when it is too long for one message. */
export function encodeResponse(serial: number, destination: string, replySerial: number, response: Response): Buffer {
  const fields = [[REPLY_SERIAL, 'u', replySerial] as const, [DESTINATION, 's', destination] as const];
  if (response.ok) {
    const { signature, body } = response;
    return marshall({ type: METHOD_RETURN, serial, fields, signature, body });
  }
  const named = [[ERROR_NAME, 's', response.error] as const, ...fields];
  return marshall({ type: ERROR, serial, fields: named, signature: 's', body: [response.text] });
}

type Header = { readonly [field: string]: string | number | undefined };

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function incoming(type: number, flags: number, serial: number, header: Header, read: Body): Incoming {
  const address = {
    path: text(header['path']),
    member: text(header['member']),
    signature: text(header['signature']),
    body: () => orNothing(read),
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
      return { kind: 'answer', replySerial, answer: { ok: true, body: read() } };
    case ERROR:
      return {
        kind: 'answer',
        replySerial,
        answer: { ok: false, error: text(header['errorName']), text: text(read()[0]) },
      };
    case SIGNAL:
      return { kind: 'signal', sender, signal: { ...address, interface: text(header['interface']) } };
    default:
      throw new RangeError(`message type ${type}`);
  }
}

/** Reads the head of one whole message, and the body of an answer. Undefined when that cannot be read. */
export function decode(message: Buffer): Incoming | undefined {
  try {
    const endian = message.readUInt8(0);
    const [, type, flags, , length, serial, fields] = bufferOf(message, endian).read('yyyyuua(yv)');
    const header = Object.fromEntries(
      fields.flatMap(([code, [, [value]]]) => {
        const name = FIELD_NAMES.get(code as 1);
        return name === undefined ? [] : [[name, value] as const];
      }),
    );
    const body = message.subarray(message.length - length);
    return incoming(type, flags, serial, header, () => {
      const signature = text(header['signature']);
      return format.messageToJsFmt({ signature, body: bufferOf(body, endian).read(signature) }).body;
    });
  } catch {
    return undefined;
  }
}

function bufferOf(bytes: Buffer, endian: number): DBusBuffer {
  return new DBusBuffer(bytes, 0, endian, null, { ayBuffer: true });
}

function orNothing(read: Body): readonly Value[] {
  try {
    return read();
  } catch {
    return [];
  }
}
