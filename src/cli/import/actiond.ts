/** Whether somebody carries out the actions that an import writes: the agent does not, f2b-actiond of another package does. */
import { unitStates } from '../../host/programs/unit-states.js';
import type { Dependencies } from '../dependencies.js';

export const ACTIOND = 'f2b-actiond.service';

export type ActiondState = 'running' | 'stopped' | 'missing';

/** Undefined where systemd cannot be asked. */
export async function actiondState({ run }: Pick<Dependencies, 'run'>): Promise<ActiondState | undefined> {
  const [state] = (await unitStates([ACTIOND], run)) ?? [];
  if (state === undefined) return undefined;
  if (state.load === 'not-found') return 'missing';
  return state.isActive ? 'running' : 'stopped';
}

/** For people; nothing where all is well. `paths`: of the files that an import writes. */
export function actiondLines(paths: readonly string[], state: ActiondState | undefined): readonly string[] {
  if (!paths.some(isAction)) return [];
  switch (state) {
    case 'missing':
      return ['Nobody is told of bans yet, as f2b-actions is not installed: apt install f2b-actions'];
    case 'stopped':
      return ['Nobody is told of bans before f2b-actiond runs: systemctl enable --now f2b-actiond'];
    case 'running':
    case undefined:
      return [];
  }
}

/** Of a file below a folder of configuration. */
export function isAction(path: string): boolean {
  return /(?:^|\/)actions\/[^/]+\.conf$/.test(path);
}
