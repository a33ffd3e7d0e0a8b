import { F2bError } from '../errors.js';

/** What `ask` answers; undefined after an error by which `isAway` says that there is nobody to ask. */
export async function ifThere<T>(isAway: (error: F2bError) => boolean, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof F2bError && isAway(error)) return undefined;
    throw error;
  }
}
