/**
 * The agent's events as its journal entries tell them. Whatever an entry holds, texts are of bounded length, and numbers,
 * addresses and words are what their types say.
 */

import type { AgentEvent } from '../agent/agent-event.js';
import type { Ban } from '../core/ban.js';
import type { UnbanCause } from '../core/effect.js';

/** What is known of each event. */
interface Told {
  /** Of the entry that tells it; no two events have the same. */
  readonly cursor: string;
  /** When it was told, µs since the epoch. */
  readonly at: number;
  /** The machine it was told on. */
  readonly host: string;
  /** The sentence for people; it may hold what an attacker chose, so it is to be printed with care. */
  readonly message: string;
}

type Kind = AgentEvent['kind'];

/** Those of which more is read than their sentence. */
export type ToldEvent = Told &
  /** `user`: the account that was tried. */
  (
    | { readonly kind: 'ban'; readonly ban: Ban; readonly by?: number; readonly user?: string }
    /** `evidence` is told with the ban alone, so here there is none. */
    | { readonly kind: 'unban'; readonly ban: Ban; readonly cause: UnbanCause; readonly by?: number }
    | { readonly kind: 'problem'; readonly code: string; readonly hint: string }
    | { readonly kind: 'resolved'; readonly code: string }
    | {
        readonly kind: 'failure';
        readonly jail?: string;
        readonly address?: string;
        /** When, µs since the epoch, and as how many failures it counts; not of an agent too old to say. */
        readonly logged?: { readonly at: number; readonly count: number };
      }
    | {
        readonly kind: Exclude<Kind, 'ban' | 'unban' | 'problem' | 'resolved' | 'failure'>;
        /** The jail that it is about, if it is about one. */
        readonly jail?: string;
        readonly address?: string;
      }
  );

export type ToldKind = ToldEvent['kind'];
