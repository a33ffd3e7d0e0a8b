/** The life of a jail, as this program's Type=fail2ban goes through it: which commands are run. */
import { Fail2banDeliverer } from '../../src/actions/fail2ban/fail2ban.js';
import type { ShellCommand } from '../../src/actions/fail2ban/shell-command.js';
import { done, type Outcome, refused } from '../../src/actions/outcome.js';
import { recordOf } from '../../src/actions/record.js';
import type { Fail2banAction } from '../../src/config/actions/action-config.js';
import { readActionFile } from '../../src/config/actions/fail2ban/read-action-file.js';
import { createDisk } from '../../src/config/files/disk.js';
import type { ToldEvent } from '../../src/events/told-event.js';
import { aBan, anAddress } from '../fakes/values.js';
import { namedJailOf } from '../support/config-texts.js';
import type { Case, Ran, Step } from '../support/fail2ban-package.js';
import { VirtualClock } from '../support/virtual-clock.js';

type BanStep = Step & { readonly do: 'ban' };

const SECOND = 1_000_000;

function banOf(jail: string, { ip, time, failures, bancount, matches }: BanStep) {
  return aBan({
    ...{ jail, address: anAddress(ip), since: time * SECOND, until: (time + 600) * SECOND, failures, count: bancount },
    evidence: matches.map((line) => `${time} ${line}`),
  });
}

function eventOf(jail: string, step: BanStep): ToldEvent {
  const told = { cursor: `s=${step.time}`, at: step.time * SECOND, host: 'mail', message: 'banned' };
  return { ...told, kind: 'ban', ban: banOf(jail, step), ...(step.data !== undefined && { user: step.data.user }) };
}

type RunShell = (key: string, command: ShellCommand, signal: AbortSignal) => Promise<Outcome>;

/** An action file with the options it is given, for a jail in which `restored` are banned already. */
interface Named extends Pick<Case, 'jail' | 'file' | 'options'> {
  readonly restored: readonly Step[];
}

const JAIL = '[Jail]\nFilter=sshd\n[Journal]\nUnit=ssh.service\n[Ban]\nAction=it\nBanTime=10min\n';

/** The action at work: what becomes of each step. `folder`: an action.d. Throws when the file is wrong. */
export function lifeOf({ jail, file, options, restored }: Named, folder: string, runShell: RunShell) {
  const read = readActionFile({ name: file, options }, [folder], createDisk());
  if (read.value === undefined) throw new Error(read.problems.map(({ message }) => message).join('; '));
  const common = { name: 'it', on: ['ban', 'unban'], jails: [], every: 0, batch: 1, limit: 1, timeout: 60 * SECOND };
  const action: Fail2banAction = { ...common, type: 'fail2ban', file: read.value };
  const clock = new VirtualClock(0);
  const it = new Fail2banDeliverer(action, {
    ...{ clock, runShell, nameOf: async () => undefined },
    naming: { actions: [], jails: [namedJailOf(jail, JAIL)] },
    entryOf: (cursor) => ({ at: Number(cursor.split(' ')[0]) * SECOND, line: cursor.slice(cursor.indexOf(' ') + 1) }),
    explain: () => Promise.reject(new Error('away')),
    hostTags: async () =>
      new Map([
        ['fq-hostname', 'host.example'],
        ['sh-hostname', 'host'],
      ]),
    held: async () => restored.flatMap((step) => (step.do === 'ban' ? [eventOf(jail, step)] : [])),
  });
  const patient = AbortSignal.timeout(60_000);
  const banned = new Map<string, BanStep>();
  const go = async (step: Step): Promise<Outcome> => {
    clock.set(step.time * SECOND - clock.now());
    switch (step.do) {
      case 'start':
        return it.begin(patient);
      case 'stop':
        await it.stop();
        return done;
      case 'ban':
        banned.set(step.ip, step);
        return step.restored === true ? done : it.deliver([recordOf('it', eventOf(jail, step))], patient);
      case 'unban': {
        const before = banned.get(step.ip);
        if (before === undefined) return done;
        const told = { cursor: `u=${step.time}`, at: step.time * SECOND, host: 'mail', message: 'unbanned' };
        const event: ToldEvent = { ...told, kind: 'unban', ban: banOf(jail, before), cause: 'expired' };
        return it.deliver([recordOf('it', event)], patient);
      }
    }
  };
  return {
    async live(steps: readonly Step[]): Promise<readonly Outcome[]> {
      const outcomes: Outcome[] = [];
      for (const step of steps) outcomes.push(await go(step));
      return outcomes;
    },
  };
}

/** Which commands this program runs. `folder`: an action.d. */
export async function whatIsRun({ jail, file, options, failing, life }: Case, folder: string): Promise<Ran> {
  const commands: ShellCommand[] = [];
  const restored = life.filter((step) => step.do === 'ban' && step.restored === true);
  try {
    const { live } = lifeOf({ jail, file, options, restored }, folder, async (_, command) => {
      commands.push(command);
      return failing.includes(commands.length) ? refused('it failed') : done;
    });
    await live(life);
    return { commands };
  } catch (error) {
    return { wrong: String(error) };
  }
}
