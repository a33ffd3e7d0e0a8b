/** A unit is more than its service: Postfix runs what users write into ~/.forward, and that gets nobody banned. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { covers, kernelHolds, untilHeld } from './firewall.js';
import { stepsOf } from './steps.js';

const VICTIM = '203.0.113.4';
const REFUSED =
  '454 4.7.1 <x@example.net>: Relay access denied; from=<a@example.com> to=<x@example.net> proto=ESMTP helo=<h>';
const FORGED = `NOQUEUE: reject: RCPT from unknown[${VICTIM}]: ${REFUSED}`;

/**
 * Writes what smtpd writes when it refuses to relay: by syslog, in journald's protocol, on a stream, and as what su says
 * when it is called smtpd.
 */
const FORGE = `#!/bin/bash
cat >/dev/null
for i in $(seq 20); do
  logger -t postfix/smtpd -p mail.info '${FORGED}'
  printf 'MESSAGE=%s\\nSYSLOG_IDENTIFIER=postfix/smtpd\\n_UID=0\\n_SYSTEMD_UNIT=postfix.service\\n' '${FORGED}' | logger --journald
  systemd-cat -t postfix/smtpd sh -c "echo '${FORGED}'; sleep 0.1"
done
(exec -a postfix/smtpd su -c true '${FORGED}')
exit 0
`;

/** Runs where the attacker is: asks to relay from an address of its own, as often as the server lets it. */
const RELAY = `
const [from, to] = process.argv.slice(1);
const socket = require('node:net').connect({ host: to, port: 25, localAddress: from });
const steps = ['EHLO h', 'MAIL FROM:<a@example.com>', ...Array(6).fill('RCPT TO:<x@example.net>'), 'QUIT'];
socket.on('data', (text) => { if (/^\\d{3} /m.test(String(text)) && steps.length > 0) socket.write(steps.shift() + '\\r\\n'); });
socket.on('error', () => {});
`;

test('who writes in the unit of a service', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent(join(repository, 'test/e2e/base-mail'));
    await container.ask('mkdir -p /etc/f2b/units/postfix.conf.d');
    await container.ask("printf '[Jail]\\nEnabled=yes\\n' >/etc/f2b/units/postfix.conf.d/on.conf");
    await container.ask('firewall-cmd -q --add-service=smtp && systemctl reload f2bd && systemctl is-active postfix');
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  await step('gets nobody banned when it is a program that Postfix runs for a user', async () => {
    await container.ask('cat >/home/bob/forge && chmod 755 /home/bob/forge', { input: FORGE });
    await container.ask(`echo '"|/home/bob/forge"' >/home/bob/.forward && chown bob: /home/bob/.forward`);
    await container.ask("printf 'Subject: x\\n\\nx\\n' | sendmail bob@localhost");
    const inUnit = 'journalctl -q _UID=$(id -u bob) _SYSTEMD_UNIT=postfix.service -o cat';
    await until('the forged lines are in the journal', async () => {
      const { out } = await container.inside(`${inUnit} | grep -c '${VICTIM}'`);
      return Number(out) >= 20 ? true : undefined;
    });
    const [attacker = ''] = sources.ipv4;
    await container.attacker([process.execPath, '-e', RELAY, attacker, target.ipv4]);
    await untilHeld(container, attacker);
    assert.ok(!covers(await kernelHolds(container), VICTIM));
    const status = JSON.parse(await container.ask('f2bctl status postfix -o json'));
    assert.equal(status.failing, 0, 'nobody is counted who is not banned');
  });
});
