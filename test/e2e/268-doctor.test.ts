/** doctor tells what keeps protection from working on a real system, who does it, and nothing where all is well. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot } from '../support/container.js';
import { until } from '../support/process.js';
import { stepsOf } from './steps.js';

interface Found {
  readonly name: string;
  readonly findings: readonly { readonly message: string; readonly hint: string }[];
}

/** Prints lines of an access log, each a request that one proxy made for another client. */
const ACCESS = `#!/usr/bin/perl
$| = 1;
print qq(10.9.8.7 - - [30/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x" "198.51.100.$_"\\n) for 1 .. 30;
sleep 900;
`;

test('doctor', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  const put = (path: string, text: string) =>
    container.ask(`mkdir -p $(dirname ${path}); cat >${path}`, { input: text });
  /** What it says under a heading; a real problem ends it with 1. */
  const told = async (name: string) => {
    const { out } = await container.inside('f2bctl doctor --json');
    const found = (JSON.parse(out) as readonly Found[]).find((one) => one.name === name);
    return found?.findings.map(({ message, hint }) => `${message}\n${hint}`).join('\n') ?? '';
  };
  const untilTold = (name: string, what: RegExp) =>
    until(`doctor tells under ${name}: ${what}`, async () => {
      const text = await told(name);
      return what.test(text) ? text : undefined;
    });

  await step(
    'finds nothing wrong with the journal, the firewall and proxies of a host as it is installed',
    async () => {
      for (const name of ['Agent', 'Configuration', 'Jails', 'Journal', 'Firewall', 'Proxies'])
        assert.equal(await told(name), '', name);
    },
  );

  await step('tells of a tight limit of journald, and of the unit’s own', async () => {
    const conf = '/etc/systemd/journald.conf.d/tight.conf';
    await put(conf, '[Journal]\nRateLimitIntervalSec=1min\nRateLimitBurst=100\n');
    assert.match(await told('Journal'), /^journald takes 100 entries in 1min of a service and drops the rest/);
    await container.ask(`rm ${conf}`);
    await put(
      '/etc/systemd/system/ssh.service.d/tight.conf',
      '[Service]\nLogRateLimitIntervalSec=2s\nLogRateLimitBurst=20\nExecStartPre=/usr/bin/seq 500\n',
    );
    await container.ask('systemctl daemon-reload');
    assert.match(await told('Journal'), /^journald takes 20 entries in 2s of ssh\.service and drops the rest/);
  });

  await step('tells what journald dropped of a unit that a jail reads, and how to raise the limit', async () => {
    await container.ask('systemctl restart ssh; sleep 3; systemctl restart ssh');
    const text = await untilTold('Journal', /journald dropped .* entries of ssh\.service/);
    assert.match(text, /it takes 20 entries in 2s: systemctl edit ssh\.service/);
    const setting = '[Service]\nLogRateLimitIntervalSec=30s\nLogRateLimitBurst=100000\nExecStartPre=/usr/bin/seq 500\n';
    await put('/etc/systemd/system/ssh.service.d/tight.conf', setting);
    await container.ask('systemctl daemon-reload; systemctl restart ssh');
    const lines = await container.ask('journalctl -u ssh -o cat -n 600 _COMM=seq');
    assert.ok(lines.split('\n').includes('500'), 'what it says to do helps');
    await container.ask('rm -r /etc/systemd/system/ssh.service.d; systemctl daemon-reload; systemctl restart ssh');
  });

  await step(
    'tells that nftables.service flushed the rules, beforehand and afterwards, and not of firewalld’s reload',
    async () => {
      await container.ask('f2bctl ban 203.0.113.1; firewall-cmd --reload');
      await until('bans are put back after a reload', async () =>
        (await container.ask('f2bctl log --event=reconciled -o cat')).includes('mended the firewall')
          ? true
          : undefined,
      );
      assert.equal(await told('Firewall'), '');
      await container.ask('systemctl restart nftables');
      const text = await untilTold('Firewall', /rules of the firewall were removed once within a day/);
      assert.match(text, /just before, systemd said of nftables\.service: /);
      assert.match(text, /nftables\.service removes the rules of firewalld and of f2b whenever it is started/);
      await container.ask('systemctl stop nftables');
      await untilTold('Firewall', /rules of the firewall were removed 2 times within a day/);
    },
  );

  await step('tells of a proxy by the requests that a web server logs, before anybody is banned', async () => {
    await put('/root/web', ACCESS);
    await put(
      '/etc/systemd/system/nginx.service',
      '[Service]\nSyslogIdentifier=nginx\nExecStart=/usr/bin/perl /root/web\n',
    );
    await put(
      '/etc/f2b/units/door.conf',
      '[Jail]\nFilter=sshd\n[Journal]\nUnit=nginx.service\nUser=root\n[Ban]\nPorts=80/tcp\n',
    );
    await container.ask('systemctl daemon-reload; systemctl start nginx; f2bctl reload');
    const text = await untilTold(
      'Proxies',
      /30 of the last 30 requests to nginx\.service came from 10\.9\.8\.7, for others/,
    );
    assert.match(text, /in nginx, set_real_ip_from for each of its networks, and real_ip_header X-Forwarded-For/);
  });
});
