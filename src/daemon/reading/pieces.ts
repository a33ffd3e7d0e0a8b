/**
 * Lines that a container's runtime breaks into several entries. A client chooses where a line is broken by its length, so a
 * piece may begin with what looks like a message of the service: no piece is matched.
 */
import type { Entry } from '../../core/entry.js';

/**
 * dockerd marks all pieces but the last with the first, and each with the second (daemon/logger/journald of moby); podman's
 * conmon marks all but the last with the first (src/ctr_logging.c). Both break lines of each stream by itself, and tell
 * streams apart by the priority.
 */
const [GOES_ON, PIECE] = ['CONTAINER_PARTIAL_MESSAGE', 'CONTAINER_PARTIAL_ID'];
const [CONTAINER, STREAM] = ['CONTAINER_ID', 'PRIORITY'];

export const PIECE_FIELDS: readonly string[] = [CONTAINER, STREAM, GOES_ON, PIECE];

/** More streams with a line under way are not known of at once. */
const MOST = 1_000;

/** Tells of each entry, in their order, whether it is a piece of a longer line. */
export function createIsPiece(): (entry: Entry) => boolean {
  const open = new Set<string>();
  return ({ source = '', fields }) => {
    const container = fields[CONTAINER];
    if (container === undefined) return false;
    const stream = `${source} ${container} ${fields[STREAM]}`;
    const isRest = open.delete(stream);
    const goesOn = fields[GOES_ON] === 'true';
    if (goesOn) {
      if (open.size >= MOST) open.clear();
      open.add(stream);
    }
    return isRest || goesOn || fields[PIECE] !== undefined;
  };
}
