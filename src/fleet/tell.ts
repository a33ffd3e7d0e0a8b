/** How f2b-fleetd says what people should know: each thing once until it changes. */
import type { F2bError } from '../errors.js';

export interface Tell {
  /** Said once. */
  readonly say: (level: 'warning' | 'notice' | 'info', text: string) => void;
  /** Something is wrong and tried again; told once until another problem, or none. */
  readonly problem: (error: F2bError) => void;
  readonly resolved: (text: string) => void;
}
