/**
 * Types for the parts of dbus-next that f2b uses: its wire format. The package declares types for its main module only.
 * Its connection and bus classes stay unused: they have no call timeout, do not report the end of a connection, and a
 * message that names a file descriptor it does not carry throws out of their stream listener and ends the process.
 */
declare module 'dbus-next/lib/dbus-buffer.js' {
  /** Header fields are `[code, [signature tree, [value]]]`. */
  type Field = readonly [number, readonly [unknown, readonly [string | number]]];
  export default class DBusBuffer {
    constructor(buffer: Buffer, start: number, endian: number, fds: null, options: { readonly ayBuffer: boolean });
    read(signature: 'yyyyuua(yv)'): readonly [number, number, number, number, number, number, readonly Field[]];
    read(signature: string): readonly unknown[];
  }
}

declare module 'dbus-next/lib/marshall-compat.js' {
  import type { Value } from './message.js';

  const format: {
    /** Turns a body as `DBusBuffer.read` gives it into plain values. Changes its argument. */
    messageToJsFmt(message: { signature: string; body: readonly unknown[] }): { body: readonly Value[] };
  };
  export default format;
}

declare module 'dbus-next/lib/variant.js' {
  import type { Value } from './message.js';

  export class Variant {
    readonly signature: string;
    readonly value: Value;
    constructor(signature: string, value: Value);
  }
}
