/** Hands the agent everything external: the journal, the store, the firewall, the bus, the service manager. */
import { tmpdir } from 'node:os';
import { serveAgent } from '../../control/server.js';
import type { World } from '../../daemon/world.js';
import { systemBusAddress } from '../../dbus/address.js';
import { Bus } from '../../dbus/bus.js';
import { DryRun } from '../../firewall/dry-run.js';
import { listFile } from '../../host/files/list-file.js';
import { findUser } from '../../host/find-user.js';
import { createFirewallLock } from '../../host/firewall-lock.js';
import { loginSessions } from '../../host/login-sessions.js';
import { ownAddresses } from '../../host/own-addresses.js';
import { ignoreCommand } from '../../host/programs/ignore-command.js';
import { portsReachedBy } from '../../host/programs/ports-reached.js';
import { runCommand } from '../../host/programs/run-command.js';
import { unitStates } from '../../host/programs/unit-states.js';
import { resolveName } from '../../host/resolve-name.js';
import { checkAccess } from '../../journal/access.js';
import { bootId } from '../../journal/boot-id.js';
import { openLiveJournal } from '../../journal/live-journal.js';
import type { JournalLibrary } from '../../journal/native.js';
import { isJournalStream, journalEvents } from '../../notify/journal-events.js';
import { createSelfCheck } from '../../notify/self-check.js';
import { supervisorOf } from '../../notify/supervisor.js';
import type { Clock } from '../../ports/clock.js';
import type { FirewallLock } from '../../ports/firewall-lock.js';
import { openResilientStore, openStore } from '../../store/sqlite.js';
import type { Options } from '../options/f2bd-options.js';
import type { AgentConfiguration } from './agent-configuration.js';
import { fractionOf } from './fraction-of.js';
import { historyIn } from './history.js';
import { openFirewall } from './open-firewall.js';

export interface WorldParts {
  readonly options: Options;
  readonly configuration: AgentConfiguration;
  readonly library: JournalLibrary;
  readonly version: string;
  readonly clock: Clock;
}

export function createWorld({ options, configuration, library, version, clock }: WorldParts): World {
  const scratch = process.env['RUNTIME_DIRECTORY'];
  const stderr = (text: string) => void process.stderr.write(text);
  const send = isJournalStream(process.env) ? library.send : undefined;
  const needsBus = !options.untilIdle || !options.dryRun;
  const connect = () => new Bus(systemBusAddress(process.env), clock);
  const bus = needsBus ? connect() : undefined;
  // Where anybody may call, calls may pile up: what firewalld answers does not wait behind them.
  const served = options.untilIdle ? undefined : connect();
  const notifier = journalEvents({ send, stderr, later: (run, pause) => void setTimeout(run, pause).unref() });
  const selfCheck = followsItself(options) ? createSelfCheck(library.sendAtOnce, process.getuid?.() ?? 0) : undefined;
  return {
    ...configuration,
    version,
    clock,
    ownAddresses,
    notifier,
    supervisor: supervisorOf(library, () => Number(process.hrtime.bigint() / 1_000n)),
    random: fractionOf,
    resolve: resolveName,
    listFile,
    portsReachedBy,
    ignoreCommand,
    loggedIn: async () => (bus === undefined ? [] : loginSessions(bus)),
    openStore: (owner) => {
      const directory = options.stateDirectory;
      // A run that ends by itself leaves nothing but its state.
      if (options.untilIdle) return openStore({ directory, report: owner.report });
      return openResilientStore({ directory, scratch: scratch ?? tmpdir(), owner });
    },
    firewallLock: options.dryRun ? undefined : lockOf(library),
    openFirewall: async (config) =>
      options.dryRun || bus === undefined ? new DryRun() : openFirewall(config, { bus, clock, scratch, tell: stderr }),
    selfCheck,
    // Who reads another machine's journal, or once, is not told of this machine's units.
    unitStates: async (names) => (followsItself(options) ? unitStates(names, runCommand) : undefined),
    openJournal(matches, fields, source) {
      // Who looks at a journal once is told at once that it may not be read.
      if (options.untilIdle || options.journalDirectory !== undefined) checkAccess(options.journalDirectory);
      return openLiveJournal({
        library,
        ...(options.journalDirectory === undefined ? source : { directory: options.journalDirectory }),
        matches,
        fields,
        presentBoot: bootId(),
        looksOnRequest: true,
      });
    },
    ...historyIn(library, options.journalDirectory),
    serve(agent, onName) {
      return served === undefined ? async () => {} : serveAgent({ bus: served, agent, onName });
    },
    async close() {
      notifier.close();
      served?.close();
      bus?.close();
    },
  };
}

/** Root runs agents, and so do this user and that of the service. */
function lockOf({ lockName, answerLock }: JournalLibrary): FirewallLock {
  const isAgents = (uid: number) => [0, process.geteuid?.(), findUser('f2b')].includes(uid);
  return createFirewallLock({ take: lockName, answer: answerLock, isAgents });
}

/** What a service writes goes to the journal that it follows, unless it is told to look at another, or once. */
function followsItself({ untilIdle, dryRun, journalDirectory }: Options): boolean {
  const { LOG_NAMESPACE: namespace } = process.env;
  return isJournalStream(process.env) && !untilIdle && !dryRun && journalDirectory === undefined && !namespace;
}
