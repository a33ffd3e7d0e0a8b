/** The values that fail2ban's client and server say to each other, of all that Python can pickle. */

/** Numbers are integers unless they have a fraction, as in Python's text. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | readonly PickleValue[]
  | PickleTuple
  | PickleDict
  | PickleError;

/** Python's `(a, b)`. */
export class PickleTuple {
  readonly items: readonly PickleValue[];

  constructor(...items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** Python's `{a: b}`, in the order in which it is written. */
export class PickleDict {
  readonly entries: readonly (readonly [string, PickleValue])[];

  constructor(entries: readonly (readonly [string, PickleValue])[]) {
    this.entries = entries;
  }
}

/** An exception in an answer. Sent is one of the few classes that fail2ban's client knows; read is whatever it names. */
export class PickleError {
  readonly module: string;
  readonly name: string;
  readonly message: string;

  constructor(message: string, name = 'Exception', module = 'builtins') {
    this.message = message;
    this.name = name;
    this.module = module;
  }
}
