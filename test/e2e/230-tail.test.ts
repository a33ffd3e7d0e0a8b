/** Files that f2b-tail brings into the journal: inside its sandbox, judged by a jail. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources } from '../support/container.js';
import { until } from '../support/process.js';
import { untilHeld } from './firewall.js';
import { stepsOf } from './steps.js';

const FILTER = String.raw`[Definition]
failregex = ^<HOST> \S+ \S+ \[\] "GET /wp-login\.php`;

test('f2b-tail', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);
  const log = '/var/log/web/access.log';
  const [first = '', second = ''] = sources.ipv4;

  /** Requests as a web server logs them, at the present time. */
  const request = (from: string, times: number) =>
    container.ask(`for n in $(seq ${times}); do
      printf '%s - - [%s] "GET /wp-login.php HTTP/1.1" 404 153\\n' ${from} "$(date '+%d/%b/%Y:%H:%M:%S %z')" >>${log}; done`);
  const put = (path: string, text: string) => container.ask(`cat >${path} <<'END'\n${text}\nEND`);

  await step('is not started by default', async () => {
    assert.equal((await container.ask("systemctl list-units --all --plain --no-legend 'f2b-tail@*'")).trim(), '');
  });

  await step('says what is wrong with its configuration, and does not start again and again', async () => {
    await put('/etc/f2b/tail/web.conf', '[Tail]\nFiles=/var/log/web/*.log');
    assert.notEqual((await container.inside('systemctl start f2b-tail@web')).status, 0);
    assert.match(await container.ask('journalctl -u f2b-tail@web'), /web\.conf:2: .*did you mean File=\?/s);
    assert.equal((await container.inside('systemctl is-failed f2b-tail@web')).out.trim(), 'failed');
  });

  await step('gets an attacker banned by a jail that names it in one line', async () => {
    await container.ask(
      `install -d -o root -g adm -m 750 /var/log/web; install -o root -g adm -m 640 /dev/null ${log}`,
    );
    await put('/etc/f2b/tail/web.conf', '[Tail]\nFile=/var/log/web/*.log');
    await put('/etc/f2b/filters/web.conf', FILTER);
    await put('/etc/f2b/units/web.conf', '[Jail]\nFilter=web\n[Journal]\nUnit=f2b-tail@web.service');
    await container.ask('systemctl reset-failed f2b-tail@web; systemctl start f2b-tail@web; systemctl reload f2bd');
    await request(first, 5);
    await untilHeld(container, first);
  });

  await step('goes on where it was after kill -9 and rotation', async () => {
    await request(second, 3);
    await container.ask(`systemctl kill -s KILL f2b-tail@web; mv ${log} ${log}.1`);
    await container.ask(`install -o root -g adm -m 640 /dev/null ${log}`);
    await request(second, 2);
    await untilHeld(container, second);
    const lines = await until('it runs again', async () => {
      const { out } = await container.inside(
        `journalctl -o cat -u f2b-tail@web F2B_FILE=${log} | grep -c '^${second} '`,
      );
      return Number(out) >= 5 ? Number(out) : undefined;
    });
    assert.equal(lines, 5);
  });

  await step('is an ordinary user without rights', async () => {
    const pid = (await container.ask('systemctl show -P MainPID f2b-tail@web')).trim();
    const status = await container.ask(`cat /proc/${pid}/status`);
    assert.match(status, /^CapEff:\s+0+$/m);
    assert.match(status, /^Uid:\s+6[1-5]\d{3}\b/m);
  });
});
