/**
 * Replaces a map of a running HAProxy over its runtime socket, see "Unix Socket commands" in its management.txt. Invariant:
 * it looks addresses up in the former map or in the whole new one, never in a part.
 */
import { createConnection } from 'node:net';
import { untilAborted } from '../../async/until-aborted.js';
import { messageOf, systemCode } from '../../errors.js';
import { done, failed, type Outcome } from '../outcome.js';

/** A command has to fit into tune.bufsize, which is 16,384 bytes by default. */
const MOST_SENT = 8_192;
/** So long HAProxy may take to forget what it was given, ms. */
const CLEARING = 1_000;
/** The most of an answer that is read, characters. */
const MOST_ANSWER = 2_048;

export interface RuntimeSocket {
  readonly path: string;
  /** Breaks it off. */
  readonly signal: AbortSignal;
}

/** `file`: as HAProxy's configuration calls the map; `entries`: its lines. Never rejects. */
export async function replaceMap(socket: RuntimeSocket, file: string, entries: readonly string[]): Promise<Outcome> {
  const { path, signal } = socket;
  const map = file.replaceAll(/[\\; ]/g, '\\$&');
  try {
    const prepared = await ask(socket, `prepare map ${map}\n`);
    const [, version] = /^New version created: (\d{1,10})$/.exec(prepared) ?? [];
    if (version === undefined) return saidNo(prepared);
    const filled = await fill(socket, `@${version} ${map}`, entries);
    if (filled !== '') return saidNo(filled);
    const committed = await ask(socket, `commit map @${version} ${map}\n`);
    return committed === '' ? done : saidNo(committed);
  } catch (cause) {
    const why = signal.aborted ? 'it does not answer in time' : (systemCode(cause) ?? messageOf(cause));
    return failed(`HAProxy cannot be told over ${path} (${why}); f2b.action(5) has the socket's configuration`);
  }
}

/**
 * Returns what HAProxy has against it. What it was given of a version stays in its memory until a later one is put in force,
 * so who gives up takes that back. A version that may be in force is never cleared.
 */
async function fill(socket: RuntimeSocket, version: string, entries: readonly string[]): Promise<string> {
  let isFilled = false;
  try {
    for (const portion of portionsOf(entries)) {
      const added = await ask(socket, `add map ${version} <<\n${portion}\n`);
      if (added !== '') return added;
    }
    isFilled = true;
    return '';
  } finally {
    if (!isFilled) await clear(socket.path, version);
  }
}

/** What it answers changes nothing. */
async function clear(path: string, version: string): Promise<void> {
  await ask({ path, signal: AbortSignal.timeout(CLEARING) }, `clear map ${version}\n`).catch(() => undefined);
}

function saidNo(answer: string): Outcome {
  return failed(`HAProxy does not take the map: ${answer === '' ? 'it says nothing' : answer}`);
}

/** Whole lines, as many at a time as may be sent. */
function* portionsOf(entries: readonly string[]): Generator<string> {
  let portion = '';
  for (const entry of entries) {
    if (portion.length + entry.length >= MOST_SENT) {
      yield portion;
      portion = '';
    }
    portion += `${entry}\n`;
  }
  if (portion !== '') yield portion;
}

/**
 * HAProxy ends the connection behind each answer, which is an empty line when all is well. Without spaces around it. Throws
 * when there is none.
 */
function ask({ path, signal }: RuntimeSocket, command: string): Promise<string> {
  const socket = createConnection(path);
  const answered = new Promise<string>((resolve, reject) => {
    let answer = '';
    socket
      .setEncoding('utf8')
      .on('data', (text: string) => {
        answer += text;
        if (answer.length >= MOST_ANSWER) socket.destroy();
      })
      .on('error', reject)
      .on('close', () => (answer === '' ? reject(new Error('no answer')) : resolve(answer.trim())))
      .write(command);
  });
  return untilAborted(signal, answered).finally(() => socket.destroy());
}
