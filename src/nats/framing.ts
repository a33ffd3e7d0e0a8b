/**
 * Whether what a server sends can be NATS' protocol, portion by portion: lines, and behind those that say so so many bytes.
 * Invariant: nothing passes that the client would keep collecting.
 */

/** The list of a large cluster's servers, in what a server says of itself, is the longest there is; bytes. */
export const LONGEST_LINE = 64 * 1024;
/** nats-server lets nobody raise `max_payload` beyond it without a warning (server/const.go); bytes. */
const LARGEST_PAYLOAD = 8 * 1024 * 1024;
const LINE_FEED = 10;

const OPERATION = /^(?:INFO[ \t]|H?MSG[ \t]|PING|PONG|\+OK|-ERR)/i;
/** So many characters of a line tell what it is. */
const ENOUGH = 5;
/** The last number is the size of all that follows. */
const MESSAGE = /^H?MSG[ \t].*[ \t](\d+)[ \t]*\r?$/i;

/** To be called with what comes on one connection, from its beginning on. Throws for what a server does not send. */
export function createFraming(): (bytes: Uint8Array) => void {
  let payload = 0;
  let line = '';

  /** Takes what belongs to the present line, and returns where the next thing begins. */
  const takeLine = (bytes: Uint8Array, at: number): number => {
    const feed = bytes.indexOf(LINE_FEED, at);
    const end = feed < 0 ? bytes.length : feed;
    if (line.length + end - at > LONGEST_LINE) throw new Error('the server sends a line that does not end');
    line += Buffer.from(bytes.subarray(at, end)).toString('latin1');
    if (line.length >= ENOUGH || feed >= 0) requireOperation(line);
    if (feed < 0) return end;
    payload = payloadBehind(line);
    line = '';
    return end + 1;
  };

  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(payload, bytes.length - at);
      payload -= taken;
      at = taken > 0 ? at + taken : takeLine(bytes, at);
    }
  };
}

function requireOperation(line: string): void {
  if (!OPERATION.test(line)) throw new Error('the server does not speak NATS');
}

/** Bytes that belong to the line, with the end of the line behind them. */
function payloadBehind(line: string): number {
  if (!/^H?MSG/i.test(line)) return 0;
  const size = MESSAGE.exec(line)?.[1];
  if (size === undefined) throw new Error('the server sends a message without a size');
  if (Number(size) > LARGEST_PAYLOAD) throw new Error(`the server sends a message of ${Number(size)} bytes`);
  return Number(size) + 2;
}
