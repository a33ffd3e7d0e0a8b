/**
 * The whole change from fail2ban to f2b, which takes itself back unless it is confirmed.
 * Invariant: fail2ban is stopped only when f2b holds whom it holds, and guards what it guards; and before anything is
 * changed, it is sure to be taken back, whatever becomes of this process.
 */
import type { AgentClient } from '../../control/client.js';
import { printable, printableLines } from '../../core/printable.js';
import { asF2bError, F2bError } from '../../errors.js';
import { isWanted } from '../../import/is-wanted.js';
import { counted } from '../../text/counted.js';
import { reloadAgent } from '../change-configuration.js';
import { withAgent } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { ACTIOND, isAction } from './actiond.js';
import { carriedLines, carryBans } from './carry-bans.js';
import { onlyThere } from './compare.js';
import { type Fail2banServer, fail2banServer } from './fail2ban-server.js';
import { whyNoFirewall } from './no-firewall.js';
import { type ImportPlan, type ImportRequest, planImport } from './plan.js';
import { services } from './services.js';
import { takeBackAfterFailure } from './switch-back.js';
import { readRecord, type SwitchRecord, writeRecord } from './switch-record.js';
import { untilEnforced } from './until-enforced.js';
import { writeAll } from './write-files.js';

export interface SwitchRequest extends ImportRequest {
  readonly database: string | undefined;
  /** So many seconds after it is done it is taken back. */
  readonly within: number;
}

/** How often what fail2ban banned meanwhile is carried over, before the two are called different. */
const ROUNDS = 3;
const MOST_TOLD = 20;

/** How long it may take, s, before it is taken back: many bans take minutes to be carried over. */
const LONGEST_CHANGE = 600;

/** Throws SWITCH_REFUSED, after taking back what was changed. */
export async function switchOver(request: SwitchRequest, dependencies: Dependencies): Promise<void> {
  const { output, errors } = dependencies;
  const server = fail2banServer(request.directory, dependencies);
  if (readRecord(dependencies) !== undefined)
    throw new F2bError('SWITCH_REFUSED', 'it was switched over already', {
      hint: 'f2bctl import --confirm keeps it, f2bctl import --back takes it back',
    });
  if (!(await server.answers()))
    throw new F2bError('SWITCH_REFUSED', 'fail2ban does not answer', {
      hint: 'start it: systemctl start fail2ban; or, where it is not to guard any more: f2bctl import',
    });
  const plan = await withFirewall(await planImport(request, dependencies), request.outputDirectory, dependencies);
  const running = await server.jails();
  requireAll(plan, request.only, running, errors.write);
  const record = await recordOf(request.directory, plan, dependencies);
  writeRecord(record, dependencies);
  const units = services(dependencies);
  try {
    await units.armBack(Math.max(request.within, LONGEST_CHANGE));
    await takeOver(request, plan, record, dependencies);
    const jails = record.jails.map(({ from }) => from).filter((name) => running.includes(name));
    await withAgent(dependencies, (client) => sameBans(request, plan, { client, server, jails }, dependencies));
    await units.armBack(request.within);
    requireNotBack(dependencies);
    await units.change('stop', 'fail2ban');
    await withAgent(dependencies, async (client) => {
      await client.verify();
      await untilEnforced(client, dependencies);
    });
    requireNotBack(dependencies);
    await startActiond(record, dependencies);
  } catch (error) {
    errors.write('Taking it back, as it did not work out.\n');
    await takeBackAfterFailure(record, dependencies);
    throw asF2bError(error);
  }
  output.write('fail2ban is stopped, and f2b guards what it guarded.\n');
}

/** Throws SWITCH_REFUSED when another process, such as the timer's, has taken it back meanwhile. */
function requireNotBack(dependencies: Dependencies): void {
  if (readRecord(dependencies) !== undefined) return;
  throw new F2bError('SWITCH_REFUSED', 'it was taken back meanwhile', {
    hint: 'journalctl -u f2b-switch-back tells of it; f2bctl import --switch tries again',
  });
}

/** Where firewalld does not run, nor did fail2ban need it, f2b keeps a table of nftables instead. */
async function withFirewall(plan: ImportPlan, directory: string, dependencies: Dependencies): Promise<ImportPlan> {
  if (await services(dependencies).isActive('firewalld')) return plan;
  const path = `${directory}/f2bd.conf.d/40-fail2ban.conf`;
  if (dependencies.configuration.read(path) !== undefined) return plan;
  dependencies.output.write('firewalld does not run here: f2b uses nftables (Firewall=nftables)\n');
  const text = '# Made by f2bctl import --switch: firewalld did not run.\n[Agent]\nFirewall=nftables\n';
  return { ...plan, groups: [[{ path, text }], ...plan.groups], fresh: [{ path, text }, ...plan.fresh] };
}

/** Throws SWITCH_REFUSED when a jail that runs there, and is wanted here, has nothing here. */
function requireAll(
  { imported: { jails, missing } }: ImportPlan,
  only: readonly string[],
  running: readonly string[],
  tell: (text: string) => void,
): void {
  const guarded = new Set(jails.filter(({ files }) => files.length > 0).map(({ from }) => from));
  const wrong = [
    ...missing.map((name) => `[${name}] is no jail of fail2ban's`),
    ...running
      .filter((name) => isWanted(name, only) && !guarded.has(name))
      .map((name) => `[${name}] would be unguarded, see above why`),
  ];
  if (wrong.length > 0) throw new F2bError('SWITCH_REFUSED', `\n${wrong.map(printable).join('\n')}`);
  const left = running.filter((name) => !isWanted(name, only));
  if (left.length > 0) tell(`As --only leaves them out, nothing guards for: ${left.map(printable).join(', ')}\n`);
}

async function recordOf(directory: string, plan: ImportPlan, dependencies: Dependencies): Promise<SwitchRecord> {
  const units = services(dependencies);
  const files = plan.groups.flat().map(({ path }) => /\/tail\/([^/]+)\.conf$/.exec(path)?.[1]);
  const tails = files.flatMap((name) => (name === undefined ? [] : [`f2b-tail@${name}.service`]));
  const off = plan.actiond === 'stopped' && plan.fresh.some(({ path }) => isAction(path)) ? [ACTIOND] : [];
  for (const tail of tails) if (!(await units.isActive(tail))) off.push(tail);
  return {
    directory,
    at: dependencies.now(),
    jails: plan.imported.jails.filter(({ files: own }) => own.length > 0).map(({ from, name }) => ({ from, name })),
    created: plan.fresh.map(({ path, text = '' }) => ({ path, text })),
    tails: off,
    wasGuarding: await units.isActive('f2bd'),
    wasEnabled: await units.isEnabled('f2bd'),
    fail2banWasEnabled: await units.isEnabled('fail2ban'),
    isConfirmed: false,
  };
}

/** f2b guards what fail2ban guards, beside it; until it is confirmed no start of the machine brings it up again. */
async function takeOver(
  { outputDirectory }: SwitchRequest,
  { fresh, groups }: ImportPlan,
  record: SwitchRecord,
  dependencies: Dependencies,
): Promise<void> {
  const units = services(dependencies);
  if (fresh.length > 0) await writeAll(fresh, groups, outputDirectory, dependencies);
  for (const tail of record.tails.filter((unit) => unit !== ACTIOND)) await units.change('start', tail);
  if (record.wasGuarding) await reloadAgent(outputDirectory, dependencies);
  else await units.change('start', 'f2bd');
  const status = await withAgent(dependencies, (client) => client.status());
  const here = new Set(status.jails.map(({ name }) => name));
  const wrong = [
    ...record.jails
      .filter(({ name }) => !here.has(name))
      .map(({ from, name }) => `[${from}]: ${name} does not run here, see f2bctl show ${name}`),
    ...whyNoFirewall(status),
  ];
  if (wrong.length > 0) throw new F2bError('SWITCH_REFUSED', `\n${wrong.map(printable).join('\n')}`);
}

/** Last, so that nobody is told anew of bans that fail2ban has told of. Whoever is guarded stays so without it. */
async function startActiond({ tails }: SwitchRecord, dependencies: Dependencies): Promise<void> {
  if (!tails.includes(ACTIOND)) return;
  try {
    await services(dependencies).change('start', ACTIOND);
  } catch (error) {
    dependencies.errors.write(printableLines(`Nobody is told of bans: ${asF2bError(error).message}\n`));
  }
}

interface Both {
  readonly client: AgentClient;
  readonly server: Fail2banServer;
  /** Of fail2ban's. */
  readonly jails: readonly string[];
}

/** Carries bans over until f2b holds whom fail2ban holds, but for whom it spares. */
async function sameBans(
  { directory, only, database }: SwitchRequest,
  { imported }: ImportPlan,
  { client, server, jails }: Both,
  dependencies: Dependencies,
): Promise<void> {
  const { output } = dependencies;
  let missing: Awaited<ReturnType<typeof onlyThere>> = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const total = await carryBans(client, { directory, imported, only, database }, dependencies);
    const spared = new Set(total?.refused.map(({ address }) => address.text));
    if (round === 1 && total !== undefined) for (const line of carriedLines(total)) output.write(`${line}\n`);
    await untilEnforced(client, dependencies);
    missing = (await onlyThere(server, jails, client)).filter(({ address }) => !spared.has(address.text));
    if (missing.length === 0) return;
  }
  const told = missing.slice(0, MOST_TOLD).map(({ jail, address }) => `${address.text} of [${jail}]`);
  throw new F2bError(
    'SWITCH_REFUSED',
    `\nfail2ban holds ${counted(missing.length, 'address')} that f2b does not hold: ${told.join(', ')}`,
    {
      hint: 'f2bctl status says how the firewall does; whom it lacks may be banned before: f2bctl ban',
    },
  );
}
