/** A private dbus-daemon for tests: its own socket, no services, everything allowed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/host/system-clock.js';

/** Real time. */
export const wallClock = systemClock;

/** A bus where everybody may see and answer; `rules` say who may own names and call methods. */
const configuration =
  (rules: string, after = '') =>
  (socket: string): string =>
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    ${rules}
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Introspectable"/>
  </policy>
  ${after}
</busconfig>
`;

const openConfiguration = configuration('<allow own="*"/><allow send_type="method_call"/>');

/** The rules of a Debian system bus for what no policy file mentions: calls and names are refused. */
export const strictConfiguration = (...policyFiles: readonly string[]): ((socket: string) => string) =>
  configuration(
    '<deny own="*"/><deny send_type="method_call"/>',
    policyFiles.map((file) => `<include>${file}</include>`).join(''),
  );

export class BusDaemon {
  readonly #configuration: (socket: string) => string;
  readonly folder = mkdtempSync(join(tmpdir(), `f2b-bus-${process.pid}-`));
  readonly socket = join(this.folder, 'bus');
  readonly address = `unix:path=${this.socket}`;
  #process: ChildProcess | undefined;

  constructor(configure: (socket: string) => string = openConfiguration) {
    this.#configuration = configure;
  }

  /** Resolves when the socket accepts connections. */
  async start(): Promise<void> {
    const config = join(this.folder, 'bus.conf');
    writeFileSync(config, this.#configuration(this.socket));
    rmSync(this.socket, { force: true });
    const child = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    await once(child.stdout, 'data');
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
