/**
 * What fail2ban's own servers, of Debian 12 and 13, answer their clients, and what ours answers them: the same, where both
 * have it. Both read one filter file.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createSerialQueue } from '../../src/async/serial-queue.js';
import { jailFilters } from '../../src/bin/jail-filters.js';
import { keysOf } from '../../src/config/keys/keys.js';
import { agentClient } from '../../src/control/client.js';
import { serveAgent } from '../../src/control/server.js';
import { shellWords } from '../../src/core/shell-words.js';
import { answer } from '../../src/fail2ban/answer.js';
import { openConversation } from '../../src/fail2ban/client/conversation.js';
import { runCommand } from '../../src/fail2ban/client/run-command.js';
import { createFail2banServer } from '../../src/fail2ban/server.js';
import { SPOKEN_VERSION } from '../../src/fail2ban/spoken-version.js';
import { listedBans } from '../../src/import/listed-bans.js';
import { localZone } from '../../src/text/zone.js';
import { aStatus, fakeAgent } from '../fakes/agent.js';
import { LoopbackBus } from '../fakes/loopback-bus.js';
import { type Fate, fates } from '../support/fail2ban-help.js';
import { type Fail2banPackage, fail2banPackages } from '../support/fail2ban-package.js';
import { run, start, until } from '../support/process.js';
import { repository } from '../support/repository.js';

const FILTER = String.raw`[INCLUDES]
before = common.conf
[Definition]
prefregex = ^%(__prefix_line)s<F-CONTENT>door \d+: .+</F-CONTENT>$
failregex = ^door \d+: refused <F-USER>\S+</F-USER> from <HOST>$
            ^door <F-ID>\d+</F-ID>: ((?i)broken) by <ADDR>/<CIDR>$
ignoreregex = ^door 0: .*<HOST>
maxlines = 3
datepattern = %%Y-%%m-%%d %%H:%%M
`;
const BARE = '[Definition]\nfailregex = ^no <HOST>$\nignoreregex =\n';

const JAILS = ['own', 'bare'];

const OUR_CLIENT = `node ${join(repository, 'dist/f2b-fail2ban-client.js')}`;

/** Both servers are asked these in this order. */
const COMMANDS = `ping
status
get own failregex
get own ignoreregex
get own prefregex
get own maxlines
get bare failregex
get bare ignoreregex
get bare prefregex
get bare maxlines
get bare datepattern
get own logencoding
get own logtimezone
get own usedns
get own findtime
get own bantime
get own maxretry
get own ignoreself
get own ignoreip
get own ignorecommand
get own actionproperties nope
get own actionmethods nope
get own action nope actionban
get own action
get own actionproperties
get own
get
set
set own
set own banip
set own unbanip
unban
banned 192.0.2.300
set own banip 192.0.2.7
set own banip 192.0.2.7
status own
get own banip
get own banned 192.0.2.7
banned 192.0.2.7
set own unbanip 192.0.2.9
set own unbanip 192.0.2.7
set syslogsocket auto
set loglevel INFO
set nope maxretry 3
set own maxretry
set own findtime
start nope
stop nope
reload nope
status nope
status own short
echo
quit
`;

/** What fail2ban's client ends with for each line of the input; in one process, as it takes long to load. */
const STATUSES = `import contextlib, io, json, shlex, sys
from fail2ban.client.fail2banclient import exec_command_line
def status(line):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec_command_line(['fail2ban-client', *sys.argv[1:], *shlex.split(line)])
    except SystemExit as end:
        return end.code
print(json.dumps([status(line) for line in sys.stdin.read().splitlines()]))
`;

const folder = mkdtempSync(join(tmpdir(), 'f2b-fail2ban-server-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Ours, with the two jails and no bans. */
async function ourServer(socket: string, filters: string): Promise<Server> {
  const agent = fakeAgent();
  const [ssh] = aStatus.jails;
  assert.ok(ssh);
  const jails = JAILS.map((name) => ({
    ...ssh,
    name,
    filter: name,
    units: [],
    failing: 0,
    failures: 0,
    banned: 0,
    bans: 0,
  }));
  agent.current = { ...aStatus, jails };
  const inTurn = createSerialQueue();
  const settings = (jail: string) =>
    keysOf.jail.map(({ section, name, initial }) => ({
      section,
      key: name,
      value: name === 'Filter' ? jail : initial,
    }));
  const server = createFail2banServer({
    answer: (command) => {
      const bus = new LoopbackBus({ uid: 0 });
      serveAgent({ bus, agent, onName: () => undefined });
      const filter = jailFilters(filters);
      return answer(command, { client: agentClient(bus), settings, filter, inTurn, version: '1.2.3' });
    },
    refused: (why) => assert.fail(why),
    asked: () => undefined,
  });
  server.listen(socket);
  await once(server, 'listening');
  return server;
}

for (const fail2ban of fail2banPackages) {
  describe(`beside fail2ban-server ${fail2ban.version}`, () => {
    const here = join(folder, fail2ban.version);
    const [config, filters] = [join(here, 'config'), join(here, 'ours')];
    const sockets = { ours: join(here, 'ours.sock'), theirs: join(here, 'theirs.sock') };
    let theirs: ChildProcess;
    let ours: Server;
    const said = async (who: keyof typeof sockets, input: string) => {
      const { out } = await run(
        ['sh', '-c', `${pythonOf(fail2ban, 'fail2ban-client')} -c ${config} -s ${sockets[who]} -i 2>&1`],
        { input },
      );
      return out;
    };

    before(async () => {
      cpSync(fail2ban.configuration, config, { recursive: true });
      mkdirSync(join(filters, 'filters'), { recursive: true });
      cpSync(join(fail2ban.configuration, 'filter.d/common.conf'), join(filters, 'filters/common.conf'));
      for (const [name, text] of [
        ['own', FILTER],
        ['bare', BARE],
      ] as const)
        for (const to of [join(config, 'filter.d'), join(filters, 'filters')])
          writeFileSync(join(to, `${name}.conf`), text);
      writeFileSync(join(here, 'log'), '');
      rmSync(join(config, 'jail.d'), { recursive: true });
      const sections = JAILS.map((name) => `[${name}]\nenabled = true\nfilter = ${name}[logtype=journal]\n`);
      const all = `[DEFAULT]\nbackend = polling\nlogpath = ${join(here, 'log')}\naction =\n`;
      writeFileSync(join(config, 'jail.local'), [all, ...sections].join(''));
      writeFileSync(
        join(config, 'fail2ban.local'),
        `[Definition]\ndbfile = None\nlogtarget = ${join(here, 'server.log')}\n`,
      );
      theirs = start([
        'sh',
        '-c',
        `exec ${pythonOf(fail2ban, 'fail2ban-server')} -f -x -c ${config} -s ${sockets.theirs} -p ${here}/pid start`,
      ]);
      ours = await ourServer(sockets.ours, filters);
      await until(
        'fail2ban-server answers',
        async () => ((await said('theirs', 'status bare\nquit\n')).includes('File list') ? true : undefined),
        60,
      );
    });
    after(async () => {
      ours.close();
      const ended = once(theirs, 'close');
      theirs.kill();
      await ended;
    });

    test('what both have is answered alike', async () => {
      const [expected, told] = await Promise.all((['theirs', 'ours'] as const).map((who) => said(who, COMMANDS)));
      const lines = COMMANDS.trimEnd().split('\n').length;
      assert.ok((expected ?? '').split('fail2ban> ').length > lines, expected);
      assert.deepEqual(comparable(told ?? ''), comparable(expected ?? ''));
    });

    test('whom it has banned is read from what its client lists', async () => {
      const began = Math.floor(Date.now() / 1_000);
      await said('theirs', 'set own banip 192.0.2.77 2001:db8::/64\nquit\n');
      const client = `${pythonOf(fail2ban, 'fail2ban-client')} -c ${config} -s ${sockets.theirs}`;
      const { out } = await run(['sh', '-c', `${client} get own banip --with-time && ${client} unban --all`]);
      const zone = localZone(process.env['TZ']);
      const rows = listedBans('own', out.slice(0, out.lastIndexOf('\n', out.length - 2)), Date.now() * 1_000, zone);
      assert.deepEqual(rows.map(({ ip, bantime }) => [ip, bantime]).sort(), [
        ['192.0.2.77', 600],
        ['2001:db8::/64', 600],
      ]);
      for (const { timeofban } of rows) assert.ok(Number(timeofban) >= began && Number(timeofban) <= began + 60);
    });

    test('each command of its help is answered, or refused by a word that says what there is instead', async () => {
      for (const command of await helpOf(fail2ban)) assert.ok(fates.has(command), `a command that is new: ${command}`);
      const asked = [...fates.values()].filter(([, fate]) => fate !== 'client');
      const answers = async (who: keyof typeof sockets, examples: readonly string[]) => {
        const text = await said(who, `${examples.join('\n')}\nquit\n`);
        return new Map(
          text
            .split('fail2ban> ')
            .slice(1)
            .map((answer, at) => [examples[at] ?? '', answer]),
        );
      };
      const alike = asked.filter(([, fate]) => fate === 'alike').map(([example]) => example);
      const theirAnswers = await answers('theirs', alike);
      const ourAnswers = await answers(
        'ours',
        asked.map(([example]) => example),
      );
      const wrong = asked.flatMap(([example, fate]) => {
        const told = comparable(ourAnswers.get(example) ?? '');
        const theirs = comparable(theirAnswers.get(example) ?? 'nothing');
        return isAsTold(told, fate, theirs) ? [] : [{ example, told, theirs }];
      });
      assert.deepEqual(wrong, []);
      if (fail2ban.version !== SPOKEN_VERSION) return;
      const examples = asked.map(([example]) => example);
      assert.deepEqual(await printedByOurs(sockets.ours, examples), printedBefore(examples, ourAnswers));
    });

    test('each command ends with the status that it ends with there, whichever client gives it', async () => {
      const given = COMMANDS.trimEnd()
        .split('\n')
        .filter((line) => line !== 'quit');
      const asked = [...fates.values()];
      const alike = asked.filter(([, fate]) => fate === 'alike').map(([example]) => example);
      const others = asked.filter(([, fate]) => fate === 'answered' || fate instanceof RegExp);
      const lines = ['help', 'start', ...given, ...alike];
      const all = [...others.map(([example]) => example), ...lines];
      // What ran before has stopped it.
      await Promise.all([said('theirs', 'reload\nquit\n'), said('ours', 'start own\nquit\n')]);
      const ofTheirs = (who: keyof typeof sockets, some: readonly string[]) =>
        statuses(fail2ban, ['-c', config, '-s', sockets[who]], some);
      const [there, here] = await Promise.all([ofTheirs('theirs', lines), ofTheirs('ours', all)]);
      assert.ok(['0: status own', '255: status nope', '0: stop own'].every((line) => there.includes(line)));
      assert.deepEqual(here.slice(others.length), there);
      await said('ours', 'start own\nquit\n');
      assert.deepEqual(await ourStatuses(sockets.ours, all), here);
    });
  });
}

/** What fail2ban's client ends with for each of the lines, before it. */
async function statuses(
  { python }: Fail2banPackage,
  options: readonly string[],
  lines: readonly string[],
): Promise<readonly string[]> {
  const python3 = ['env', 'PYTHONDONTWRITEBYTECODE=1', `PYTHONPATH=${python}`, 'python3', '-c', STATUSES, ...options];
  const ended: readonly number[] = JSON.parse((await run(python3, { input: lines.join('\n') })).out);
  return lines.map((line, at) => `${ended[at]}: ${line}`);
}

/** The same of our client's. */
async function ourStatuses(socket: string, lines: readonly string[]): Promise<readonly string[]> {
  const ignore = () => undefined;
  const client = { open: () => openConversation(socket), print: ignore, log: { detail: ignore, error: ignore } };
  const ended: string[] = [];
  for (const line of lines) ended.push(`${(await runCommand(shellWords(line).words, client)) ? 0 : 255}: ${line}`);
  return ended;
}

/** What f2b-fail2ban-client prints for the examples, asked once more in their order. */
async function printedByOurs(socket: string, examples: readonly string[]): Promise<readonly string[]> {
  const { out } = await run(['sh', '-c', `${OUR_CLIENT} -s ${socket} -i 2>&1`], {
    input: ['start own', ...examples, 'quit', ''].join('\n'),
  });
  const [, , ...printed] = out.split('fail2ban> ');
  return examples.map((example, at) => `${example}: ${comparable(printed[at] ?? '').join('\n')}`);
}

/** The same of fail2ban's client, but for what that says of its own configuration, which it reads for a reload. */
function printedBefore(examples: readonly string[], answers: ReadonlyMap<string, string>): readonly string[] {
  const isOfReload = (line: string) => /WARNING|## reload/.test(line);
  return examples.map((example) => {
    const lines = comparable(answers.get(example) ?? '').filter((line) => !isOfReload(line));
    return `${example}: ${lines.join('\n')}`;
  });
}

function isAsTold(told: readonly string[], fate: Fate, theirs: readonly string[]): boolean {
  const text = told.join('\n');
  switch (fate) {
    case 'alike':
      return text === theirs.join('\n');
    case 'answered':
      return text !== '' && !/NOK|ERROR/.test(text);
    case 'client':
      return true;
    default:
      return fate.test(text);
  }
}

/** The commands that its client's help lists. */
async function helpOf({ python }: Fail2banPackage): Promise<readonly string[]> {
  const script =
    'import json; from fail2ban.protocol import protocol; print(json.dumps([one[0] for one in protocol if one[0]]))';
  const python3 = ['env', 'PYTHONDONTWRITEBYTECODE=1', `PYTHONPATH=${python}`, 'python3', '-c', script];
  const commands: readonly string[] = JSON.parse((await run(python3)).out);
  assert.ok(commands.length > 90);
  return commands;
}

function pythonOf({ python }: Fail2banPackage, program: string): string {
  return `env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=${python} python3 ${join(python, '../../../bin', program)}`;
}

/** Without the time in the log, what is of each server's own, and the interface that only ours reads behind an address. */
function comparable(answers: string): readonly string[] {
  return (
    answers
      .replaceAll(String.raw`(?:%[\w.\-]{1,15})?`, '')
      // 1.0.2 takes an address with one colon for none.
      .replaceAll('::?|::){1,7}', '::?|:){1,7}')
      .replaceAll(/\d{4}(?:-\d\d){2} \d\d(?::\d\d){2}(?!,)/g, 'TIME')
      .split('\n')
      .filter((line) => !/Journal matches|File list|Total |Currently banned/.test(line))
      .map((line) => line.replace(/[-\d]+ [:,\d]+ .*(?=NOK|ERROR|WARNING)/, ''))
  );
}
