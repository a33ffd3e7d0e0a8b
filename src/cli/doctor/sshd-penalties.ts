/**
 * sshd itself turns addresses away for a while (PerSourcePenalties= of sshd_config(5)): where that is longer than an address
 * may take between two failures, no jail ever counts enough of them.
 */
import type { JailStatus } from '../../agent/agent-status.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { length } from '../../text/length.js';
import type { Dependencies } from '../dependencies.js';
import { type Finding, warning } from './finding.js';

const MINUTE = 60 * MICROS_PER_SECOND;

/** What each failed authentication adds, in µs; 0 where sshd punishes nobody, or this user may not know. */
async function penaltyOf({ run }: Pick<Dependencies, 'run'>): Promise<number> {
  const answer = await run(['/usr/sbin/sshd', '-T']);
  const [, seconds = '0'] = /^persourcepenalties .*\bauthfail:(\d{1,9})\b/m.exec(answer?.output ?? '') ?? [];
  return Number(seconds) * MICROS_PER_SECOND;
}

export async function sshdPenalties(
  jails: readonly JailStatus[],
  dependencies: Pick<Dependencies, 'run'>,
): Promise<readonly Finding[]> {
  const ofSshd = jails.filter(({ filter, maxretry }) => filter === 'sshd' && maxretry > 0);
  if (ofSshd.length === 0) return [];
  const penalty = await penaltyOf(dependencies);
  return ofSshd
    .filter(({ maxretry, findtime }) => penalty * (maxretry - 1) > findtime)
    .map(({ name, maxretry, findtime }) =>
      warning(
        `sshd turns an address away for ${length(penalty)} after each failure: it cannot fail ${maxretry} times within ${length(findtime)}`,
        `a longer time: f2bctl set ${name} FindTime=${Math.ceil((2 * penalty * maxretry) / MINUTE)}min; or a shorter authfail: in PerSourcePenalties of sshd_config(5)`,
      ),
    );
}
