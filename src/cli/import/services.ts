/** systemd's units as a switch needs them. Every change throws UNIT_FAILED with what systemctl said. */
import { F2bError } from '../../errors.js';
import type { Dependencies } from '../dependencies.js';

/** The timer, and the service that it starts, which take a switch back. */
const BACK = 'f2b-switch-back';

export interface Services {
  readonly isActive: (unit: string) => Promise<boolean>;
  readonly isEnabled: (unit: string) => Promise<boolean>;
  /** `systemctl` with these words. */
  readonly change: (...words: readonly string[]) => Promise<void>;
  /**
   * In so many seconds a switch is taken back, whatever becomes of this process; counted anew by each call. Throws
   * SWITCH_REFUSED when it is being taken back already.
   */
  readonly armBack: (seconds: number) => Promise<void>;
  /** False when it is being taken back already. */
  readonly disarmBack: () => Promise<boolean>;
}

export function services({ runToEnd, self }: Pick<Dependencies, 'runToEnd' | 'self'>): Services {
  const ask = async (...words: readonly string[]) => (await runToEnd(['systemctl', ...words])).status === 0;
  const change = async (argv: readonly string[]) => {
    const { status, output } = await runToEnd(argv);
    if (status !== 0) throw new F2bError('UNIT_FAILED', `${argv.join(' ')}\n${output.trim()}`);
  };
  const disarm = async () => {
    await runToEnd(['systemctl', 'stop', `${BACK}.timer`]);
    return !(await ask('--quiet', 'is-active', `${BACK}.service`));
  };
  return {
    isActive: (unit) => ask('--quiet', 'is-active', unit),
    isEnabled: (unit) => ask('--quiet', 'is-enabled', unit),
    change: (...words) => change(['systemctl', ...words]),
    async armBack(seconds) {
      if (!(await disarm()))
        throw new F2bError('SWITCH_REFUSED', 'it is being taken back already', {
          hint: 'journalctl -u f2b-switch-back tells of it; systemctl status fail2ban f2bd says who guards',
        });
      const timer = [`--unit=${BACK}`, `--on-active=${seconds}s`, '--timer-property=AccuracySec=100ms'];
      await change(['systemd-run', '--quiet', '--collect', ...timer, ...self, 'import', '--back']);
    },
    disarmBack: disarm,
  };
}
