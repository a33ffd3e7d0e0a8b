/** The names of this host, by the tags of fail2ban's actions. */
import { hostname } from 'node:os';
import type { Tags } from '../../config/actions/fail2ban/substitute-tags.js';
import type { RunProgram } from '../../host/programs/run-bounded.js';
import { basicEnvironment } from '../command.js';

/** How long a name server may keep a start waiting, ms. */
const TIMEOUT = 5_000;

export async function hostTags(run: RunProgram): Promise<Tags> {
  const short = hostname();
  const argv = ['/bin/hostname', '--fqdn'];
  const answer = await run({ argv, environment: basicEnvironment, signal: AbortSignal.timeout(TIMEOUT) });
  const whole = answer.kind === 'ended' && answer.status === 0 ? answer.output.trim() : '';
  return new Map([
    ['fq-hostname', /^[\w.-]+$/.test(whole) ? whole : short],
    ['sh-hostname', short],
  ]);
}
