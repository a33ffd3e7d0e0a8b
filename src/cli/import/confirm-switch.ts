/** Keeps a switch from fail2ban. Invariant: it is kept only while f2bd guards, and what cannot be kept is taken back. */
import { printable } from '../../core/printable.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { asF2bError, F2bError } from '../../errors.js';
import { withAgent } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { whyNoFirewall } from './no-firewall.js';
import { services } from './services.js';
import { switchBack, takeBackAfterFailure } from './switch-back.js';
import { readRecord, type SwitchRecord, writeRecord } from './switch-record.js';

/** f2b comes up with the next start of the machine, and fail2ban does not. Throws SWITCH_REFUSED and UNIT_FAILED. */
export async function confirmSwitch(dependencies: Dependencies): Promise<void> {
  const { errors, output } = dependencies;
  // What the timer began until then has removed the record, or is still at it.
  const isDisarmed = await services(dependencies).disarmBack();
  const record = readRecord(dependencies);
  if (record === undefined || !isDisarmed)
    throw new F2bError('SWITCH_REFUSED', 'there is nothing to confirm: it is being taken back, or was', {
      hint: 'systemctl status fail2ban f2bd says who guards; f2bctl import --switch tries again',
    });
  try {
    await keep(record, dependencies);
  } catch (error) {
    if (!record.isConfirmed) {
      errors.write('Taking it back, as it cannot be kept.\n');
      await takeBackAfterFailure(record, dependencies);
    }
    throw asF2bError(error);
  }
  output.write('fail2ban is switched off for good. f2bctl import --back would bring it back.\n');
}

async function keep(record: SwitchRecord, dependencies: Dependencies): Promise<void> {
  const units = services(dependencies);
  if (!(await units.isActive('f2bd')))
    throw new F2bError('SWITCH_REFUSED', 'f2bd does not run', { hint: 'see: journalctl -u f2bd' });
  const { firewall, ...status } = await withAgent(dependencies, (client) => client.status());
  if (firewall.name === 'dry-run')
    throw new F2bError(
      'SWITCH_REFUSED',
      whyNoFirewall({ ...status, firewall })
        .map(printable)
        .join('\n'),
    );
  if (!record.wasEnabled) await units.change('enable', '--quiet', 'f2bd');
  for (const tail of record.tails) await units.change('enable', '--quiet', tail);
  await units.change('disable', '--quiet', 'fail2ban');
  writeRecord({ ...record, isConfirmed: true }, dependencies);
}

/** Asks whether to keep it, or says how to. `within` in seconds. */
export async function askToKeep(within: number, dependencies: Dependencies): Promise<void> {
  const { confirm, output, now } = dependencies;
  const until = new Date((now() + within * MICROS_PER_SECOND) / 1_000).toISOString().slice(11, 19);
  output.write(
    `It is taken back at ${until} UTC, in ${within} s, unless you keep it. See from elsewhere that you still get in.\n`,
  );
  const isKept = await confirm('Keep it?');
  if (isKept === true) await confirmSwitch(dependencies);
  else if (isKept === false) await switchBack(dependencies);
  else output.write('Keep it with: f2bctl import --confirm\n');
}
