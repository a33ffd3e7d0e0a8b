/** Processes that write one line to journald, each as another user, from another unit, in another way. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { LogMessage } from './failure-sample.js';
import type { UnitGroup } from './unit-group.js';

/** Who writes. */
interface Who {
  readonly unit: string;
  readonly uid: number;
  /** A copy of perl. */
  readonly program?: string;
}

export interface Writer {
  readonly unit: string;
  /** Resolves when the line is sent; what it gives ends the process, which journald may look at until then. */
  write(group: UnitGroup | undefined, line: LogMessage): Promise<() => Promise<void>>;
}

/** Sends its third argument to the socket that is its second, says so and stays until its input ends. */
const SEND = String.raw`use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0);
send($s, $ARGV[1], 0, sockaddr_un($ARGV[0])) or die $!; $| = 1; print "sent\n"; <STDIN>`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command as another user's, with this group or, by default, one of the same number. */
export function as({ uid, gid = uid }: Pick<Who, 'uid'> & { readonly gid?: number }, command: string): string {
  return `setpriv --reuid=${uid} --regid=${gid} --clear-groups ${command}`;
}

/** Resolves when it has sent its text, or ended well; what it gives ends it. */
export async function sent(process: ChildProcess): Promise<() => Promise<void>> {
  await Promise.race([
    once(process.stdout ?? process, 'data'),
    once(process, 'exit').then(([status]) => {
      if (status !== 0) throw new Error(`a writer ended with status ${status}`);
    }),
  ]);
  return async () => {
    if (process.exitCode !== null) return;
    const ended = once(process, 'exit');
    process.stdin?.end();
    await ended;
  };
}

/** The command that sends a text to one of journald's sockets and stays; `program` is a copy of perl. */
export function sender(socket: 'dev-log' | 'socket', text: string, program = '/usr/bin/perl', namespace = ''): string {
  const folder = `/run/systemd/journal${namespace === '' ? '' : `.${namespace}`}`;
  return `${program} -e ${quoted(SEND)} ${folder}/${socket} ${quoted(text)}`;
}

function sending(who: Who, socket: 'dev-log' | 'socket', textOf: (line: LogMessage) => string): Writer {
  return {
    unit: who.unit,
    write: (group, line) => sent(started(group, as(who, sender(socket, textOf(line), who.program)))),
  };
}

function started(group: UnitGroup | undefined, command: string): ChildProcess {
  if (group === undefined) throw new Error('there is no group for the unit');
  return group.start(command);
}

/** As syslog(3) does it; the process stays. */
export function syslog(who: Who): Writer {
  return sending(who, 'dev-log', ({ identifier, message }) => `<38>${identifier}[7]: ${message}`);
}

/** In journald's own protocol, with fields that only journald may set. */
export function native(who: Who): Writer {
  const claimed = ['_UID=0', '_EXE=/usr/sbin/sshd', '_SYSTEMD_UNIT=ssh.service', '_TRANSPORT=syslog'];
  const fields = ({ identifier, message }: LogMessage) => [
    `MESSAGE=${message}`,
    ...[`SYSLOG_IDENTIFIER=${identifier}`, 'SYSLOG_IDENTIFIER=sshd', 'SYSLOG_PID=7', ...claimed],
  ];
  return sending(who, 'socket', (line) => `${fields(line).join('\n')}\n`);
}

/** The command whose output is a stream to the journal; it says on its own output when all is sent, and stays. */
export function streamer(identifier: string, script: string): string {
  return `systemd-cat -t ${quoted(identifier)} sh -c ${quoted(`${script}; echo sent >&3; read line`)} 3>&1`;
}

/** On a stream to the journal, as the standard output of services is. */
export function stream(who: Who): Writer {
  return {
    unit: who.unit,
    write: (group, { identifier, message }) =>
      sent(started(group, as(who, streamer(identifier, `echo ${quoted(message)}`)))),
  };
}

/** With logger(1), which ends as soon as it has written. */
export function passing(who: Who): Writer {
  const logger = 'logger --socket /run/systemd/journal/dev-log -p auth.info';
  return {
    unit: who.unit,
    write: (group, { identifier, message }) =>
      sent(started(group, as(who, `${logger} -t ${quoted(identifier)} ${quoted(message)}`))),
  };
}
