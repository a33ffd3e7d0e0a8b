/** What `f2bctl doctor` finds: each with what to do. */
import type { Dependencies } from '../dependencies.js';

export interface Finding {
  readonly severity: 'problem' | 'warning';
  readonly message: string;
  readonly hint: string;
}

/** One thing that is looked into. `find` throws nothing: what cannot be found out is a finding, or none. */
export interface Examination {
  readonly name: string;
  find(dependencies: Dependencies, directory: string): Promise<readonly Finding[]>;
}

export function problem(message: string, hint: string): Finding {
  return { severity: 'problem', message, hint };
}

export function warning(message: string, hint: string): Finding {
  return { severity: 'warning', message, hint };
}
