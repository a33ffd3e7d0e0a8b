/**
 * How f2b-fleetd says what people should know: each thing once until it changes. Invariant: what servers and other hosts
 * wrote is one printable line of the status, which systemctl shows as it is.
 */
import { printable } from '../core/printable.js';
import type { F2bError } from '../errors.js';

export interface Tell {
  /** Said once. */
  readonly say: (level: 'warning' | 'notice' | 'info', text: string) => void;
  /** Something is wrong and tried again; told once until another problem, or none. */
  readonly problem: (error: F2bError) => void;
  readonly resolved: (text: string) => void;
}

interface Sinks {
  readonly say: Tell['say'];
  /** Takes the state of the service, one line. */
  readonly status: (text: string) => void;
}

/** `current`: what is wrong now; empty when nothing is. */
export function createTell({ say, status }: Sinks): Tell & { readonly current: () => string } {
  let problem: string | undefined;
  const showStatus = (text: string) => status(printable(text.replaceAll('\n', ' ')));
  return {
    current: () => problem ?? '',
    say,
    problem({ message, hint }) {
      showStatus(message);
      if (problem === message) return;
      problem = message;
      say('warning', `${message}\nhint: ${hint}`);
    },
    resolved(text) {
      showStatus(text);
      say('info', text);
      if (problem !== undefined) say('notice', `resolved: ${problem}`);
      problem = undefined;
    },
  };
}
