/**
 * Clients of the real sshd whose user names push their address over the end of what sshd logs, and put another in its
 * place: nobody but the client is charged or banned.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { covers, kernelHolds, untilHeld } from './firewall.js';
import { tryLogin } from './login.js';
import { stepsOf } from './steps.js';

const VICTIM = '203.0.113.4';
const FORGED = ` ${VICTIM} port 22 [preauth]`;
/** sshd takes so many bytes of a name into the last line of a connection, and writes ten characters for an é. */
const NAME = 187;

/** Ever fewer letters and more blanks, so that the cut moves over the true address, and journald takes the blanks off. */
function name(at: number): string {
  const letters = 'é'.repeat(30 + Math.floor(at / 2));
  const blanks = NAME - Buffer.byteLength(letters + FORGED);
  return letters + FORGED + ' '.repeat(at % 2 === 0 ? blanks : Math.floor(blanks / 2));
}

test('hostile clients of sshd', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
    const settings = '[Jail]\\nFilter=sshd[mode=aggressive]\\n[Ban]\\nMaxRetry=3\\n';
    await container.ask('mkdir -p /etc/f2b/units/ssh.service.conf.d');
    await container.ask(`printf '${settings}' >/etc/f2b/units/ssh.service.conf.d/test.conf`);
    await container.ask('systemctl reload f2bd');
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  await step('get only themselves banned by names that look like the end of a message', async () => {
    for (const [at, from] of sources.ipv4.slice(0, 44).entries())
      await tryLogin(container, { from, to: target.ipv4, user: name(at), password: 'wrong' });
    const attacker = sources.ipv4.at(-1) ?? '';
    for (let time = 0; time < 3; time += 1)
      await tryLogin(container, { from: attacker, to: target.ipv4, password: 'wrong' });
    await untilHeld(container, attacker);
    assert.ok(!covers(await kernelHolds(container), VICTIM));
    assert.doesNotMatch(await container.ask('f2bctl bans'), new RegExp(VICTIM.replaceAll('.', '\\.')));
  });

  await step('are the only ones whom any entry of theirs charges', async () => {
    const forged = await container.ask(`journalctl -u ssh.service -o cat | grep -c ' ${VICTIM} port 22 .preauth.$'`);
    assert.ok(Number(forged) > 5, `${forged} messages end in the forged address`);
    const lines = await container.ask("f2bctl test 'sshd[mode=aggressive]' --journal -u ssh -o json");
    const charged = new Set([...lines.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id));
    assert.deepEqual(
      [...charged].filter((id) => !sources.ipv4.some((own) => own === id)),
      [],
    );
    assert.ok(charged.size > 40);
  });
});
