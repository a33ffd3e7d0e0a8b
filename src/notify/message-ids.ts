/**
 * The MESSAGE_ID of each kind of event: programs and `journalctl MESSAGE_ID=…` find events by it, debian/f2b.catalog
 * explains it.
 * An id is never changed and never used for another kind; a kind that goes leaves its id in `retired`.
 */
import type { AgentEvent } from '../agent/agent-event.js';

export const messageIds: Readonly<Record<AgentEvent['kind'], string>> = {
  started: 'e2769a08bcac49dab9cdf5fb235c0bcf',
  stopped: '6a4817f3fde746d991405063d0fe59d1',
  reloaded: 'd08b762d7f6645b9b75b4c7a959ed29d',
  set: 'cf2f3af9175442a99bfc5da760c939b5',
  failure: '09a69e67070e45e28f9337d3e4a8fcdd',
  failures: 'b6e0a1f7c25d4d0f9a3c84d7e1925b68',
  spared: '8dffb316de4945d8812eb9e9056f2e10',
  ban: '2a16484788644149a9c35ba32f2f3d99',
  unban: '796cba5419d047bba2ffe0fd355a424e',
  enforced: '218b9ee792d2458ab0085dd9c25ae3a9',
  ineffective: '4b1f0d6c2e9a4f7d8c53a06e91d7b2f4',
  reconciled: '5d8dcdbfcb9e468ea3c0cbbdd5e1cc32',
  suppressed: '5c7206681f864f6eb533992bd29a767a',
  'looked-up': '7f0e5b1c9d3a4c57a1f6b2d84e90c3d7',
  unresolved: '857c400c7de7486090a08976956512fd',
  'slow-line': 'c29caa26baeb4905a0395e9e05613a17',
  problem: 'e431bf1a6c5a42be9e91e304997ea805',
  resolved: 'ec1008184e35471f9a3b7d4683085f3f',
};

/** Of the entries by which the agent hears itself: they are no events, and nobody is told of them. */
export const selfCheckId = 'ac99f5837f744f93b834f47d4df8b067';

/** Ids of kinds that no longer exist. */
export const retired: readonly string[] = [];
