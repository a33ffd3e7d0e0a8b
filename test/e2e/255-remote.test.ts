/** The packaged agent reads what another host sends: Debian's journal-upload to its journal-remote, up to the kernel. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { untilHeld } from './firewall.js';
import { guess } from './login.js';
import { stepsOf } from './steps.js';

const FOLDER = '/var/log/journal/remote';
/** The host that sends is this one again: its own jail is switched off, so that only what was sent can count. */
const HOST = '127.0.0.1';

test('the journal of another host', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent(join(repository, 'test/e2e/base-remote'));
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);
  const put = (path: string, text: string) => container.ask(`cat >${path} <<'END'\n${text}\nEND`);
  const [attacker = ''] = sources.ipv4;

  await step('is not read before the agent may, and that is told with what to do', async () => {
    await container.ask('mkdir -p /etc/systemd/system/systemd-journal-remote.service.d /etc/f2b/units');
    const plain = `--listen-http=-3 --output=${FOLDER}/`;
    await put(
      '/etc/systemd/system/systemd-journal-remote.service.d/plain.conf',
      `[Service]\nExecStart=\nExecStart=/usr/lib/systemd/systemd-journal-remote ${plain}`,
    );
    await container.ask('systemctl daemon-reload; systemctl start systemd-journal-remote.socket');
    await container.ask(
      'systemd-run -q --unit=upload /usr/lib/systemd/systemd-journal-upload --url=http://127.0.0.1:19532 --save-state=/run/upload',
    );
    await until('entries arrive', async () =>
      (await container.inside(`test -e ${FOLDER}/remote-${HOST}.journal`)).status === 0 ? true : undefined,
    );
    await put(
      '/etc/f2b/units/other-sshd.conf',
      `[Jail]\nFilter=sshd\n[Journal]\nRemote=${HOST}\nUnit=ssh.service\n[Ban]\nMaxRetry=3`,
    );
    await container.ask(`ln -sf /dev/null /etc/f2b/units/ssh.service.conf; chmod 750 ${FOLDER}; systemctl reload f2bd`);
    const status = await until('it is told', async () => {
      const { out } = await container.inside('f2bctl status');
      return out.includes(HOST) ? out : undefined;
    });
    assert.match(status, /Remote=127\.0\.0\.1: this user may not read the journal/);
  });

  await step('gets an attacker of that host banned here, once the drop-in of f2b.unit(5) lets it be read', async () => {
    await container.ask('mkdir -p /etc/systemd/system/f2bd.service.d');
    await put(
      '/etc/systemd/system/f2bd.service.d/remote.conf',
      '[Service]\nSupplementaryGroups=systemd-journal-remote',
    );
    await container.ask('systemctl daemon-reload; systemctl restart f2bd');
    await guess(container, { from: attacker, to: target.ipv4 }, 3);
    await untilHeld(container, attacker);
    const why = await container.ask(`f2bctl why ${attacker}`);
    assert.match(why, /other-sshd/);
    assert.match(why, /Failed password for alice/);
    assert.doesNotMatch(await container.ask('f2bctl status'), /may not read the journal/);
  });
});
