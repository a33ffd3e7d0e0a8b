/**
 * `make demo`: boots a throwaway system, attacks its sshd and shows what happens. Every line of output is the real
 * answer of the program that is named; when a step does not go as told, the demo says so and fails.
 */
import { join } from 'node:path';
import { bootFrom, builtPackage, type Container, cannotBoot, install, sources, target } from '../support/container.js';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { kernelSets, untilFree, untilHeld } from './firewall.js';
import { knock, type LoginResult, openSession, tryLogin } from './login.js';

const attacker = sources.ipv4[0] ?? '';
const neighbour = sources.ipv4[7] ?? '';
const colourful = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;

function painter(code: string): (text: string) => string {
  return (text) => (colourful ? `\x1b[${code}m${text}\x1b[0m` : text);
}
const bold = painter('1');
const dim = painter('2');
const red = painter('31');
const green = painter('32');
const heading = painter('1;34');

let chapters = 0;

function chapter(title: string): void {
  chapters += 1;
  console.log(`\n${heading(`${chapters}. ${title}`)}`);
}

function say(text: string): void {
  console.log(`   ${text}`);
}

/** Runs a command in the guarded system and shows it with its output. */
async function show(container: Container, command: string): Promise<void> {
  console.log(`   ${dim('guarded#')} ${bold(command)}`);
  for (const line of (await container.ask(command)).trimEnd().split('\n')) console.log(`     ${line}`);
}

/** Runs something that takes a while and says how long it took. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  process.stdout.write(`   ${what} … `);
  const start = Date.now();
  const result = await work();
  console.log(dim(`${((Date.now() - start) / 1000).toFixed(1)} s`));
  return result;
}

/** Tries to log in, tells how it ended, and stops the demo when that is not what it was about to show. */
async function login(container: Container, from: string, wanted: LoginResult[], password?: string): Promise<void> {
  const secret = password === undefined ? {} : { password };
  const attempt = wanted.includes('shut out') ? knock : tryLogin;
  const result = await attempt(container, { from, to: target.ipv4, ...secret });
  const who = from === attacker ? red('attacker ') : green('neighbour');
  const how = password === undefined ? 'the right password' : `password "${password}"`;
  say(`${who} ${from}  ssh alice@${target.ipv4}, ${how}: ${bold(result)}`);
  if (!wanted.includes(result)) throw new Error(`this should have ended as "${wanted.join('" or "')}"`);
}

async function prepare(container: Container): Promise<void> {
  chapter('A Debian 13 with sshd and firewalld; f2b is installed from its package');
  await timed(`apt-get install ./${builtPackage().replace(/.*\//, '')}`, () => install(container));
  await show(container, 'systemctl is-active f2bd.service');
  await show(container, 'systemd-analyze security --no-pager f2bd.service | tail -1');
  await show(container, 'f2bctl status');
}

const mailAction = `
mkdir -p /etc/f2b/actions /etc/f2b/f2bd.conf.d
printf '[Action]\\nType=mail\\nTo=alice@localhost\\nEvery=1s\\n' >/etc/f2b/actions/mail.conf
printf '[Ban]\\nAction=mail\\n' >/etc/f2b/f2bd.conf.d/mail.conf
systemctl start postfix
systemctl reload f2bd f2b-actiond`;

async function wantMail(container: Container): Promise<void> {
  chapter('f2b-actions, for a mail about each ban');
  await timed('apt-get install f2b-actions, an action named mail, Postfix', async () => {
    await install(container, 'f2b-actions');
    await container.ask(mailAction);
  });
  await show(container, 'grep -r . /etc/f2b/actions /etc/f2b/f2bd.conf.d');
  await until('the action is at work', async () => {
    const { out } = await container.inside('f2bctl actions');
    return / ok /.test(out) ? true : undefined;
  });
  await show(container, 'f2bctl actions');
}

async function readMail(container: Container): Promise<void> {
  chapter('The mail that tells of it');
  await until('the mail has come', async () => {
    const { out } = await container.inside('cat /var/mail/alice');
    return out.includes(attacker) ? true : undefined;
  });
  await show(container, `sed -n '/^From:/,$p' /var/mail/alice | head -30`);
}

async function attack(container: Container): Promise<void> {
  chapter('The attacker has a session open, and guesses passwords from the same address');
  const session = await openSession(container, { from: attacker, to: target.ipv4 });
  say(`${red('attacker ')} ${attacker}  has an ssh session open`);
  for (let time = 1; time <= 5; time += 1)
    await login(container, attacker, time < 5 ? ['denied'] : ['denied', 'cut off'], `guess ${time}`);
  await untilHeld(container, attacker);
  await show(container, `journalctl -u ssh.service -o cat -g '^Failed password'`);

  chapter('The ban, as f2b, firewalld and the kernel see it');
  await show(container, 'f2bctl bans');
  await show(container, 'firewall-cmd --get-active-zones');
  for (const set of (await kernelSets(container)).keys()) {
    await show(container, `firewall-cmd --info-ipset=${set}`);
    await show(container, `nft list set inet firewalld ${set}`);
  }

  chapter('Why? The very entries of the journal that caused it');
  await show(container, `f2bctl why ${attacker}`);

  await readMail(container);

  chapter('The attacker is shut out, with the right password too; a neighbour is not');
  await login(container, attacker, ['shut out']);
  await until("the attacker's open session has ended", () => (session.ended ? true : undefined));
  say(`${red('attacker ')} ${attacker}  the session that was open has ended`);
  await login(container, neighbour, ['logged in']);
}

async function pardon(container: Container): Promise<void> {
  chapter('The unban');
  await show(container, `f2bctl unban ${attacker}`);
  await untilFree(container, attacker);
  await login(container, attacker, ['logged in']);
  await show(container, `f2bctl log ${attacker}`);
}

async function demo(): Promise<void> {
  if (cannotBoot !== false) throw new Error(`${cannotBoot}: run it as root`);
  console.log(bold('f2b: an attack on sshd, from the first wrong password to the unban'));
  say(dim('All of it happens in a throwaway system on this machine; nothing is sent outside.'));
  const container = await timed('booting', () => bootFrom(join(repository, 'test/e2e/base-mail')));
  try {
    await prepare(container);
    await wantMail(container);
    await attack(container);
    await pardon(container);
  } finally {
    container.stop();
  }
  console.log(`\n${green('Done.')} The throwaway system is gone. To install f2b on this machine: make install`);
}

try {
  await demo();
} catch (error) {
  console.error(`\n${red('The demo failed:')} ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
