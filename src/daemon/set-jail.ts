/**
 * Gives a jail other limits while the agent runs. Invariant: it takes all of what is asked for over, or throws and leaves
 * everything as it is; no file of the configuration comes into force by it but, for another UseDNS= and for a jail that was
 * stopped, the jail's filter.
 */
import type { Agent } from '../agent/agent.js';
import type { Config, JailConfig } from '../config/config.js';
import { F2bError } from '../errors.js';
import type { AgentCore } from './agent-core.js';
import { sparingToo } from './first-configuration.js';
import { loadJails } from './load-jails.js';
import { settingsOf } from './loaded-config.js';
import type { Problems } from './problems/problems.js';
import type { ConsumerSupervisor } from './reading/consumer-supervisor.js';
import type { RunningJail } from './reading/running-jail.js';
import { releaseSpared } from './release-spared.js';
import type { TemporarySettings } from './temporary-settings.js';
import type { World } from './world.js';

interface Parts {
  readonly world: World;
  readonly core: AgentCore;
  readonly reading: ConsumerSupervisor;
  readonly problems: Problems;
  readonly temporary: TemporarySettings;
  readonly ending: AbortSignal;
}

/** Returns the configuration that is in force then. */
export async function setJail(
  { world, core, reading, problems, temporary, ending }: Parts,
  inForce: Config,
  ...[name, settings, by]: Parameters<Agent['set']>
): Promise<Config> {
  ending.throwIfAborted();
  const { config, warnings, keep } = temporary.added(inForce, name, settings);
  const [before, after] = [inForce, config].map(({ jails }) => jails.find((jail) => jail.name === name));
  if (before === undefined || after === undefined) throw new F2bError('UNKNOWN_JAIL', name);
  const isOther = before.usedns !== after.usedns || before.enabled !== after.enabled;
  const anew = isOther && after.enabled ? await loadAnew(after, config, world, ending) : undefined;
  const isWrong = problems.open.some(({ code }) => code === 'CONFIG_INVALID');
  const sparing = isWrong ? await sparingToo(config, world) : config;
  ending.throwIfAborted();
  keep();
  if (warnings !== '') world.warn(warnings);
  core.sparing.configure(sparing);
  reading.limit(after);
  await core.apply.effects(core.apply.decide(() => core.decider.reconfigure(settingsOf(config))));
  await releaseSpared(core, world.clock);
  if (isOther) await reading.replace((jails) => inTheirOrder(jails, name, anew, config));
  tellStopped(temporary, problems);
  world.notifier.notify({ kind: 'set', jail: name, settings, ...(by !== undefined && { by }) });
  return config;
}

/** With another one in the place of the jail of that name, or none. */
function inTheirOrder(
  jails: readonly RunningJail[],
  name: string,
  anew: RunningJail | undefined,
  config: Config,
): readonly RunningJail[] {
  const place = new Map(config.jails.map((jail, at) => [jail.name, at]));
  return [...jails.filter((jail) => jail.config.name !== name), ...(anew === undefined ? [] : [anew])].toSorted(
    (one, other) => (place.get(one.config.name) ?? 0) - (place.get(other.config.name) ?? 0),
  );
}

/** Whom a stopped jail guards is open to everybody: that is a problem until it is started, or all is read again. */
function tellStopped(temporary: TemporarySettings, problems: Problems): void {
  const { stopped } = temporary;
  if (stopped.length === 0) problems.resolve('JAIL_STOPPED');
  else problems.raise(new F2bError('JAIL_STOPPED', stopped.join(', ')));
}

/** The jail with its filter as UseDNS= wants it: it says what `<HOST>` stands for. */
async function loadAnew(jail: JailConfig, config: Config, world: World, ending: AbortSignal): Promise<RunningJail> {
  const { value, problems } = await loadJails({ ...config, jails: [jail] }, world, ending);
  const [running] = value ?? [];
  if (running !== undefined) return running;
  throw new F2bError('SETTING_REFUSED', problems.map(({ message }) => message).join('; '));
}
