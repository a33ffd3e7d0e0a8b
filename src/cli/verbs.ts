/**
 * The verbs of f2bctl, in the order of the help text. Each is loaded when it is asked for: the filter language alone takes
 * as long to load as an answer of the agent.
 */
import type { AddCommand } from './command.js';

export const verbs: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['status', async () => (await import('./commands/status.js')).addStatus],
  ['bans', async () => (await import('./commands/bans.js')).addBans],
  ['search', async () => (await import('./commands/bans.js')).addSearch],
  ['ban', async () => (await import('./commands/ban.js')).addBan],
  ['unban', async () => (await import('./commands/unban.js')).addUnban],
  ['why', async () => (await import('./commands/why.js')).addWhy],
  ['allow', async () => (await import('./commands/allow.js')).addAllow],
  ['disallow', async () => (await import('./commands/disallow.js')).addDisallow],
  ['allowed', async () => (await import('./commands/allowed.js')).addAllowed],
  ['log', async () => (await import('./commands/log.js')).addLog],
  ['top', async () => (await import('./commands/top.js')).addTop],
  ['report', async () => (await import('./commands/report.js')).addReport],
  ['list-jails', async () => (await import('./commands/jails/list-jails.js')).addListJails],
  ['show', async () => (await import('./commands/jails/show.js')).addShow],
  ['cat', async () => (await import('./commands/jails/cat.js')).addCat],
  ['edit', async () => (await import('./commands/jails/edit.js')).addEdit],
  ['revert', async () => (await import('./commands/jails/revert.js')).addRevert],
  ['set', async () => (await import('./commands/jails/set.js')).addSet],
  ['enable', async () => (await import('./commands/jails/enable.js')).addEnable],
  ['disable', async () => (await import('./commands/jails/enable.js')).addDisable],
  ['is-active', async () => (await import('./commands/jails/is-active.js')).addIsActive],
  ['is-enabled', async () => (await import('./commands/jails/is-active.js')).addIsEnabled],
  ['import', async () => (await import('./commands/import.js')).addImport],
  ['check', async () => (await import('./commands/jails/check.js')).addCheck],
  ['check-filter', async () => (await import('./commands/check-filter.js')).addCheckFilter],
  ['doctor', async () => (await import('./commands/doctor.js')).addDoctor],
  ['reload', async () => (await import('./commands/reload.js')).addReload],
  ['verify', async () => (await import('./commands/verify.js')).addVerify],
  ['test', async () => (await import('./commands/test.js')).addTest],
  ['simulate', async () => (await import('./commands/simulate.js')).addSimulate],
  ['state', async () => (await import('./commands/state.js')).addState],
  ['actions', async () => (await import('./commands/actions.js')).addActions],
  ['fleet', async () => (await import('./commands/fleet/fleet.js')).addFleet],
  ['metrics', async () => (await import('./commands/metrics.js')).addMetrics],
  ['ping', async () => (await import('./commands/ping.js')).addPing],
  ['version', async () => (await import('./commands/ping.js')).addVersion],
]);

/** All of them, for the help text. */
export function allVerbs(): Promise<readonly AddCommand[]> {
  return Promise.all([...verbs.values()].map((load) => load()));
}
