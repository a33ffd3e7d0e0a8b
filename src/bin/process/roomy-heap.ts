/** V8's heap for programs that allocate much and drop it soon. */
import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8's place for new objects grow to its full size (16 MB) at once when it proves too small, not in four steps,
 * each after many live objects were moved to the old ones. `--min-semi-space-size` would do the same, but can only be
 * given to node itself. A program that keeps little alive never gets there.
 */
export function growYoungGenerationAtOnce(): void {
  setFlagsFromString('--semi-space-growth-factor=16');
}
