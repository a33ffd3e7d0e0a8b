/** What one program of this machine asks another one over a socket. */

/** A word, and what belongs to it. */
export interface Question {
  readonly word: string;
  readonly parameters: URLSearchParams;
}

/**
 * Resolves to the JSON that comes back. Rejects with what the other side threw, when nobody answers, and when `signal`
 * takes the question back: then nothing of it is left.
 */
export type Ask = (word: string, parameters: URLSearchParams, signal?: AbortSignal) => Promise<unknown>;
