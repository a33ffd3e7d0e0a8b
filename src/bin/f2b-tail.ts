/** The composition root of f2b-tail: from its configuration to files that are followed until a signal asks it to end. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { every } from '../async/time/interval.js';
import { untilAborted } from '../async/until-aborted.js';
import { createWorkLoop } from '../async/work-loop.js';
import { parseTail, type TailConfig } from '../config/tail.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { type Change, createFolderWatches, type FolderWatches } from '../host/files/folder-watches.js';
import { createLogFiles } from '../host/files/log-files.js';
import { systemClock } from '../host/system-clock.js';
import { bootId } from '../journal/boot-id.js';
import { type JournalLibrary, openLibrary } from '../journal/native.js';
import { openJournal } from '../journal/reader.js';
import { catchUp } from '../tail/catch-up.js';
import { BEGUN, lineEntry, markEntry, ofMark, placeEntry, TAIL_FIELDS } from '../tail/entries.js';
import { Follower } from '../tail/follower.js';
import { JournalPlaces, lastEntry, type OpenEntries } from '../tail/journal-places.js';
import type { Place } from '../tail/place.js';
import { createSender } from '../tail/sender.js';
import { counted } from '../text/counted.js';
import { readConfigFile } from './config-file.js';
import { readTailOptions, type TailOptions } from './options/f2b-tail-options.js';
import { nativeLibrary } from './places.js';
import { surviveBrokenStderr } from './process/broken-output.js';
import { endSignal } from './process/end-signal.js';
import { giveBackAtRest } from './process/give-back-at-rest.js';
import { runMain } from './process/run-main.js';
import { say } from './process/say.js';

declare const __F2B_VERSION__: string;

/** So often a place is written anew in whose file nothing came: the journal forgets old entries. */
const PLACE_INTERVAL = 6 * 3600 * MICROS_PER_SECOND;
/** So often files are looked at where nothing tells of changes. */
const LOOK_INTERVAL = MICROS_PER_SECOND;

const warn = (text: string) => say('warning', text);

/** Throws CONFIG_INVALID with all problems. */
function configurationOf({ configDirectory, name }: TailOptions): TailConfig {
  const hint = `mend it, see f2b-tail(8), then run: systemctl restart f2b-tail@${name}`;
  return readConfigFile(`${configDirectory}/tail/${name}.conf`, parseTail, hint);
}

function entriesOf(library: JournalLibrary): OpenEntries {
  const boot = bootId();
  return (terms, isOfThisBoot) =>
    openJournal({ library, matches: [terms], fields: TAIL_FIELDS, ...(isOfThisBoot ? { boot } : {}) });
}

/** What is done over and over while files are followed. */
interface Rounds {
  readonly follower: Follower;
  readonly watches: FolderWatches;
  /** All that was there at the start is sent. */
  begun(): Promise<void>;
  /** Writes places anew that the journal would forget. */
  keepOld(): Promise<void>;
}

/** Rejects with what ends it; never resolves. One round is under way at a time, so all is sent in order. */
function follow(begin: (changed: (change: Change) => void) => Rounds): Promise<never> {
  return new Promise((_, reject) => {
    let areNamesDue = true;
    let isKeepingDue = false;
    let isBegun = false;
    let stopLooking: (() => void) | undefined;
    const wakeForNames = () => {
      areNamesDue = true;
      loop.wake();
    };
    const rounds = begin((change) => {
      if (change.kind === 'names') wakeForNames();
      else if (rounds.follower.isOfInterest(change.name)) loop.wake();
    });
    const loop = createWorkLoop(async () => {
      const isAnew = areNamesDue;
      areNamesDue = false;
      await rounds.follower.look(isAnew);
      if (!isBegun) await rounds.begun();
      isBegun = true;
      if (isKeepingDue) await rounds.keepOld();
      isKeepingDue = false;
      const { failure } = rounds.watches;
      if (failure === undefined) {
        stopLooking?.();
        stopLooking = undefined;
      } else if (stopLooking === undefined) {
        warn(unwatched(failure));
        stopLooking = every(systemClock, LOOK_INTERVAL, wakeForNames);
      }
    }, reject);
    every(systemClock, PLACE_INTERVAL, () => {
      isKeepingDue = true;
      loop.wake();
    });
    loop.wake();
  });
}

function unwatched(failure: string): string {
  return `files are looked at every second, as changes are not told of (${failure})
hint: see that the unit may read the folder, and raise fs.inotify.max_user_instances and max_user_watches with sysctl(8)`;
}

/** What all parts use to send entries and to find them again. */
function createWorld(library: JournalLibrary, unit: string, ended: AbortSignal) {
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal: ended });
  const open = entriesOf(library);
  const send = createSender((lines) => library.sendAtOnce(lines), wait);
  const places = new JournalPlaces(open, unit);
  const put = async (place: Omit<Place, 'at'>, lines: readonly string[]) => {
    await send(lines);
    places.sent({ ...place, at: systemClock.now() });
  };
  return { wait, open, send, places, put };
}

async function run(options: TailOptions, ended: AbortSignal): Promise<void> {
  const config = configurationOf(options);
  const library = openLibrary(nativeLibrary);
  const unit = `f2b-tail@${options.name}.service`;
  const { wait, open, send, places, put } = createWorld(library, unit, ended);
  const since = lastEntry(open, unit, ofMark(BEGUN))?.receivedAt ?? systemClock.now();
  await catchUp({ open, unit, send, wait, newMark: randomUUID, warn });
  await follow((changed) => {
    const watches = createFolderWatches(changed);
    const follower = new Follower({
      patterns: config.files,
      lineMax: config.lineMax,
      files: createLogFiles(library.nextData),
      places,
      since,
      now: systemClock.now,
      warn,
      watch: (folders) => watches.set(folders),
      send: (sent) => put({ ...sent, offset: sent.line.end }, lineEntry(sent)),
      keep: (place) => put(place, placeEntry(place)),
    });
    const begun = async () => {
      await send(markEntry(BEGUN));
      giveBackAtRest(library);
      library.notify(`READY=1\nSTATUS=following ${counted(follower.count, 'file')}`);
    };
    const keepOld = async () => {
      const last = systemClock.now() - PLACE_INTERVAL;
      for (const place of follower.places()) if (places.sentAt(place.id) <= last) await put(place, placeEntry(place));
    };
    return { follower, watches, begun, keepOld };
  });
}

async function main(): Promise<void> {
  surviveBrokenStderr();
  const options = readTailOptions(process.argv, __F2B_VERSION__);
  const ended = endSignal();
  try {
    await untilAborted(ended, run(options, ended));
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}

runMain(main);
