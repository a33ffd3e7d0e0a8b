/**
 * Where the agent's configuration comes from, also when the files are wrong. What was read without a problem is kept in
 * the state directory and read from there later. Where nothing was kept, the shipped configuration is in force.
 */
import { join } from 'node:path';
import { createSerialQueue } from '../../async/serial-queue.js';
import type { ConfigPlaces } from '../../config/agent-file.js';
import { type Recording, record, replay, type Sources } from '../../config/files/recording.js';
import { MICROS_PER_MILLISECOND } from '../../core/time.js';
import type { Fallback } from '../../daemon/first-configuration.js';
import type { ConfigSources } from '../../daemon/loaded-config.js';
import { readKept, writeKept } from '../../host/files/kept-file.js';
import { instant } from '../../text/instant.js';
import { localZone } from '../../text/zone.js';
import { createConfiguration, onDisk } from './configuration.js';

export interface AgentConfiguration extends ConfigSources {
  readonly fallbacks: () => readonly Fallback[];
  readonly keepConfiguration: () => Promise<void>;
}

export function createAgentConfiguration(places: ConfigPlaces, stateDirectory: string): AgentConfiguration {
  const path = join(stateDirectory, 'good-configuration');
  // One of another folder is none.
  const head = `${JSON.stringify(places.configDirectory)}\n`;
  let latest: Recording = record(onDisk());
  const recording = () => {
    latest = record(onDisk());
    return latest;
  };
  const sources = createConfiguration(places, recording);
  const inTurn = createSerialQueue();
  return {
    ...sources,
    fallbacks() {
      // What was set until a reboot may be what is wrong, and a kept one may be older than the reboot.
      const lasting = { ...places, runtimeDirectory: undefined };
      return [...lastGood(lasting, path, head), shipped(lasting)];
    },
    keepConfiguration() {
      // By its turn, another one may have been read.
      const text = `${head}${latest.text()}`;
      return inTurn(() => writeKept(path, text)).catch((error: unknown) => {
        sources.warn(`f2bd: the configuration could not be kept for a start with a wrong one: ${error}`);
      });
    },
  };
}

function lastGood(places: ConfigPlaces, path: string, head: string): readonly Fallback[] {
  const kept = readKept(path);
  const recorded = kept?.text.startsWith(head) ? replay(kept.text.slice(head.length)) : undefined;
  if (kept === undefined || recorded === undefined) return [];
  const date = instant(kept.at * MICROS_PER_MILLISECOND, localZone(process.env['TZ']));
  return [{ name: `the last good one, of ${date},`, sources: createConfiguration(places, () => recorded) }];
}

function shipped(places: ConfigPlaces): Fallback {
  const name = 'what is shipped, sshd with its defaults,';
  return { name, sources: createConfiguration(places, () => withoutFolder(places.configDirectory)) };
}

/** The disk as if there were nothing in this folder. */
function withoutFolder(folder: string): Sources {
  const { disk, read, list } = onDisk();
  const isThere = (path: string) => !`${path}/`.startsWith(`${folder}/`);
  return {
    disk: {
      ...disk,
      names: (path) => (isThere(path) ? disk.names(path) : { value: [], problems: [] }),
      isMissing: (path) => isThere(path) && disk.isMissing(path),
    },
    read: (path) => (isThere(path) ? read(path) : undefined),
    list: (path) => (isThere(path) ? list(path) : []),
  };
}
