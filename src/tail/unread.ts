/** Which of a log's rotated files hold lines that are not in the journal, and from where on. Pure. */
import { isCopy, isEmpty, mayHaveBeen, type Place } from './place.js';

/** A rotated file. */
export interface OldFile {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** µs since the epoch. */
  readonly modifiedAt: number;
}

export interface Unread<F> {
  /** Old ones first. */
  readonly rest: readonly { readonly file: F; readonly from: number }[];
  /** The file that was read last is neither among them nor the present one: what came to its end is out of reach. */
  readonly isGone: boolean;
}

/** So far the times of files may lie behind the clock: one tick of the kernel at 100 Hz. µs */
const CLOCK_TICK = 10_000;

function itself(known: Place, rotated: readonly OldFile[]): number {
  return rotated.findIndex(({ id }) => id === known.id || mayHaveBeen(id, known.id));
}

/** The rotated file that goes on where `known` ended: renamed, or a copy that was made before it was truncated. */
function successor(known: Place, rotated: readonly OldFile[]): number {
  const renamed = itself(known, rotated);
  if (renamed >= 0) return renamed;
  return rotated.findLastIndex(({ id, size }) => isCopy(id, known.id) && size >= known.offset);
}

type PlaceOf = (id: string) => Place | undefined;

/**
 * `known`: the last place in the log. `rotated`: its rotated files, old ones first. `current`: the id of the present file.
 * `placeOf`: what is known of a file.
 */
export function unread<F extends OldFile>(
  known: Place,
  rotated: readonly F[],
  current: string | undefined,
  placeOf: PlaceOf,
): Unread<F> {
  const isCurrent = current !== undefined && (current === known.id || mayHaveBeen(current, known.id));
  const last = isCurrent ? itself(known, rotated) : successor(known, rotated);
  const isNewer = (file: F, index: number) => {
    if (isEmpty(known)) return file.modifiedAt > known.at - CLOCK_TICK;
    if (last < 0 && isCurrent) return false;
    return last < 0 ? file.modifiedAt > known.at : index > last;
  };
  const from = (file: F, index: number): number | undefined => {
    const place = placeOf(file.id);
    if (index === last) return Math.max(known.offset, place?.offset ?? 0);
    if (place !== undefined) return place.offset;
    return isNewer(file, index) ? 0 : undefined;
  };
  const rest = rotated.flatMap((file, index) => {
    const at = from(file, index);
    return at === undefined || at > file.size ? [] : [{ file, from: at }];
  });
  return { rest, isGone: !isCurrent && last < 0 && known.offset > 0 };
}
