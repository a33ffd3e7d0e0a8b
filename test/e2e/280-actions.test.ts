/** f2b-actiond from its package: a real ban becomes a mail, a request and a run of a program. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, install, sources, target } from '../support/container.js';
import { fail2banPackages } from '../support/fail2ban-package.js';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { guess } from './login.js';
import { stepsOf } from './steps.js';

/** Keeps the bodies of all requests, one a line. */
const SINK = `require('node:http').createServer((request, response) => {
  let body = '';
  request.on('data', (text) => { body += text; });
  request.on('end', () => {
    const { 'f2b-timestamp': stamp, 'f2b-signature': signature } = request.headers;
    require('node:fs').appendFileSync('/run/sink.log', body + '\\n');
    require('node:fs').appendFileSync('/run/signed.log', signature + ' ' + stamp + '.' + body + '\\n');
    response.end();
  });
}).listen(8099, '127.0.0.1');`;

const actions: Readonly<Record<string, string>> = {
  hook: 'Type=webhook\nURL=http://127.0.0.1:8099/hook\nSecret=hook\nOn=ban unban problem',
  mail: 'Type=mail\nTo=alice@localhost\nEvery=1s',
  run: 'Type=command\nBan=/usr/local/bin/told\nUnban=/usr/local/bin/told\nFlush=/usr/local/bin/told flush',
  nginx: 'Type=denylist\nFile=/var/lib/f2b-actions/nginx.conf\nFormat=nginx-geo',
  haproxy: 'Type=denylist\nFile=/var/lib/f2b-actions/haproxy.map\nFormat=haproxy-map',
};

/** Hears no signal, and leaves a process of that kind in a session of its own. */
const HANGING = `#!/bin/sh
trap "" TERM
setsid sh -c '(trap "" TERM; exec sleep 7001) & exit'
exec sleep 7002`;

const newest = fail2banPackages.at(-1);

/** As f2b.action(5) has them. */
const RIGHTS = `[Service]
AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW
CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW
RestrictAddressFamilies=AF_NETLINK`;

/** Servers behind a proxy on this machine, as f2b.action(5) has them read the lists. */
const servers: Readonly<
  Record<string, { readonly port: number; readonly file: string; readonly list: string; readonly text: string }>
> = {
  nginx: {
    port: 8088,
    file: '/etc/nginx/conf.d/denied.conf',
    list: '/var/lib/f2b-actions/nginx.conf',
    text: `set_real_ip_from 127.0.0.1;
real_ip_header X-Forwarded-For;
geo $f2b_denied { default 0; include /var/lib/f2b-actions/nginx.conf; }
server { listen 127.0.0.1:8088; if ($f2b_denied) { return 403; } return 200 welcome; }`,
  },
  haproxy: {
    port: 8089,
    file: '/etc/haproxy/haproxy.cfg',
    list: '/var/lib/f2b-actions/haproxy.map',
    text: `defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend web
  bind 127.0.0.1:8089
  acl f2b_denied req.hdr_ip(X-Forwarded-For,-1),map_ip(/var/lib/f2b-actions/haproxy.map,0) -m int 1
  http-request deny deny_status 403 if f2b_denied
  http-request return status 200 content-type text/plain string welcome`,
  },
};

test('f2b-actiond', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent(join(repository, 'test/e2e/base-services'), { isUnified: true });
    await install(container, 'f2b-actions');
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);
  const put = (path: string, text: string) =>
    container.ask(`mkdir -p $(dirname ${path}); cat >${path} <<'END'\n${text}\nEND`);
  const [attacker = ''] = sources.ipv4;
  const told = async (address: string) => (await container.inside(`grep -h '"${address}"' /run/sink.log`)).out;

  await step(
    'does not run before there is an action, and is rated 2.0 or better by systemd-analyze security',
    async () => {
      assert.equal((await container.inside('systemctl is-active f2b-actiond')).out.trim(), 'inactive');
      assert.equal((await container.ask('systemctl --failed --no-legend')).trim(), '');
      const rating = await container.inside('systemd-analyze security --threshold=20 --no-pager f2b-actiond.service');
      assert.equal(rating.status, 0, rating.out);
    },
  );

  await step('runs as an ordinary user without rights once there is one', async () => {
    await put(
      '/usr/local/bin/told',
      '#!/bin/sh\n[ $# = 1 ] || set -- "$F2B_EVENT"\necho "$1 $F2B_ADDRESS $F2B_JAIL" >>/var/lib/f2b-actions/told',
    );
    await put('/run/sink.cjs', SINK);
    await put(
      '/etc/systemd/system/f2b-actiond.service.d/hook.conf',
      '[Service]\nLoadCredential=hook:/etc/f2b/secrets/hook',
    );
    await put('/etc/f2b/secrets/hook', 'a secret of ours');
    await container.ask('chmod 755 /usr/local/bin/told; chmod 600 /etc/f2b/secrets/hook');
    await container.ask(
      'systemctl daemon-reload; systemd-run -q --unit=sink node /run/sink.cjs; systemctl start postfix',
    );
    for (const [name, text] of Object.entries(actions)) await put(`/etc/f2b/actions/${name}.conf`, `[Action]\n${text}`);
    await put('/etc/f2b/f2bd.conf.d/actions.conf', '[Ban]\nAction=hook mail run nginx haproxy');
    await container.ask('f2bctl check; systemctl reload f2bd f2b-actiond');
    assert.equal((await container.ask('systemctl is-active f2b-actiond')).trim(), 'active');
    await until('the list is there', async () =>
      (await container.inside('test -e /var/lib/f2b-actions/nginx.conf')).status === 0 ? true : undefined,
    );
    const pid = (await container.ask('systemctl show -P MainPID f2b-actiond')).trim();
    assert.match(await container.ask(`cat /proc/${pid}/status`), /^CapBnd:\s+0+$/m);
    assert.equal((await container.ask(`stat -c %U /proc/${pid}`)).trim(), 'f2b-actions');
    // It gives way to the agent: SCHED_IDLE, see proc(5).
    assert.equal((await container.ask(`cut -d ' ' -f 41 /proc/${pid}/stat`)).trim(), '5');
    assert.equal((await container.ask('systemctl show -P CPUWeight f2b-actiond')).trim(), '10');
    assert.doesNotMatch(await container.ask(`cat /proc/${pid}/cmdline /proc/${pid}/environ`), /secret of ours/);
  });

  await step('tells of a ban by mail with the entries behind it, by a signed request, and to a program', async () => {
    await guess(container, { from: attacker, to: target.ipv4 }, 5);
    const request = await until('the request came', async () => (await told(attacker)) || undefined);
    assert.match(request, /"event":"ban".*"jail":"ssh\.service".*"failures":5/);
    const mail = await until('the mail came', async () => {
      const { out } = await container.inside('cat /var/mail/alice');
      return out.includes(attacker) ? out : undefined;
    });
    // A long header goes on in the next line.
    const unfolded = mail.replaceAll(/\r?\n[ \t]+/g, ' ');
    assert.match(unfolded, new RegExp(`^Subject: \\[f2b\\] .*banned ${attacker}`, 'm'));
    assert.match(mail, /Failed password for alice from/);
    await until('the program ran', async () =>
      (await container.inside('cat /var/lib/f2b-actions/told')).out.includes(`ban ${attacker}`) ? true : undefined,
    );
  });

  await step('tells once it runs again what happened after it was killed', async () => {
    await container.ask('systemctl kill -s KILL f2b-actiond; f2bctl ban 203.0.113.20');
    await until('it is told', async () => (await told('203.0.113.20')) || undefined, 60);
  });

  await step('shows how the actions do, and tries one', async () => {
    const table = await until('all is well', async () => {
      const { out } = await container.inside('f2bctl actions');
      return (out.match(/ ok /g)?.length ?? 0) === Object.keys(actions).length ? out : undefined;
    });
    assert.match(table, /^hook +webhook +ok +0 /m);
    await container.ask('f2bctl actions test hook');
    assert.match(await container.ask(`grep -c '"test":true' /run/sink.log`), /^[1-9]/);
    assert.equal((await container.inside('runuser -u bob -- f2bctl actions')).status, 77);
  });

  await step('signs with a secret that is encrypted in its unit, and that no file holds otherwise', async () => {
    const dropin = '/etc/systemd/system/f2b-actiond.service.d/hook.conf';
    await container.ask(
      `systemd-creds setup; { echo '[Service]'; systemd-creds encrypt -p --with-key=host --name=hook /etc/f2b/secrets/hook -; } >${dropin}`,
    );
    assert.match(await container.ask(`cat ${dropin}`), /^\[Service\]\nSetCredentialEncrypted=hook:/);
    await container.ask('rm /etc/f2b/secrets/hook; systemctl daemon-reload; systemctl restart f2b-actiond');
    await container.ask('f2bctl actions test hook');
    const [signature = '', signed = ''] = (await container.ask('tail -n 1 /run/signed.log')).trimEnd().split(/ (.*)/);
    assert.match(signed, /"test":true/);
    assert.equal(signature, `sha256=${createHmac('sha256', 'a secret of ours').update(signed).digest('hex')}`);
  });

  await step('has its numbers served over HTTP, by a user who cannot have anything sent', async () => {
    await container.ask('systemctl start f2b-metrics.socket');
    const served = await container.ask('curl -sS --max-time 60 127.0.0.1:9191/metrics');
    for (const name of Object.keys(actions))
      assert.match(served, new RegExp(`^f2b_action_up\\{action="${name}"\\} 1$`, 'm'));
    assert.match(served, /^f2b_up 1$/m);
    const asked = (path: string) =>
      container.inside(`runuser -u f2b-metrics -- curl -sS --unix-socket /run/f2b-actions/${path}`);
    assert.match((await asked("status 'http://x/test?action=hook&event=ban'")).out, /only the status is told here/);
    assert.equal((await asked("control 'http://x/status'")).status, 7);
  });

  await step(
    'ends a command that hangs with whatever it started, and leaves nothing of it when it is stopped',
    async () => {
      await put('/usr/local/bin/hang', HANGING);
      await put('/etc/f2b/actions/hang.conf', '[Action]\nType=command\nTimeout=2s\nBan=/usr/local/bin/hang');
      await put('/etc/f2b/f2bd.conf.d/hang.conf', '[Ban]\nAction=hang');
      await container.ask('chmod 755 /usr/local/bin/hang; systemctl reload f2bd f2b-actiond; f2bctl ban 203.0.113.50');
      const daemon = () =>
        until('the daemon runs in a group of its own', async () => {
          const { out } = await container.inside(
            'pid=$(pgrep -o -f "^sleep 7001") && echo $pid $(cat /proc/$pid/cgroup)',
          );
          return /^(\d+) .*0::\/system.slice\/f2b-actiond.service\/command-/.exec(out)?.[1];
        });
      const first = await daemon();
      await until('it is gone', async () =>
        (await container.inside(`test -e /proc/${first}`)).status === 0 ? undefined : true,
      );
      await daemon();
      await container.ask('systemctl stop f2b-actiond');
      assert.equal((await container.inside('pgrep -f "^sleep 700[12]"')).out, '');
      await container.ask(
        'rm /etc/f2b/actions/hang.conf /etc/f2b/f2bd.conf.d/hang.conf; systemctl reload f2bd; systemctl start f2b-actiond',
      );
      assert.doesNotMatch(await container.ask('f2bctl actions'), /^hang /m);
    },
  );

  for (const [name, { port, file, list, text }] of Object.entries(servers)) {
    await step(`has ${name} refuse whom a proxy names, without a ban of the proxy`, async () => {
      const unit = `/etc/systemd/system/${name}-denylist`;
      await put(`${unit}.path`, `[Path]\nPathChanged=${list}\n[Install]\nWantedBy=multi-user.target`);
      await put(`${unit}.service`, `[Service]\nType=oneshot\nExecStart=systemctl reload ${name}`);
      await put(file, text);
      await container.ask(`systemctl daemon-reload; systemctl restart ${name}; systemctl start ${name}-denylist.path`);
      const answer = async (address: string) =>
        await container.ask(
          `curl -s -o /dev/null -w '%{http_code}' -H 'X-Forwarded-For: ${address}' 127.0.0.1:${port}`,
        );
      const untilAnswered = (address: string, wanted: string) =>
        until(`${name} answers ${wanted}`, async () => ((await answer(address)) === wanted ? true : undefined), 60);
      await untilAnswered('203.0.113.30', '200');
      await container.ask('f2bctl ban 203.0.113.30 2001:db8:30::/48');
      await untilAnswered('203.0.113.30', '403');
      await untilAnswered('2001:db8:30::7', '403');
      assert.equal(await answer('203.0.113.31'), '200');
      assert.doesNotMatch(await container.ask('f2bctl bans'), /127\.0\.0\.1/);
      await container.ask('f2bctl unban 203.0.113.30 2001:db8:30::/48');
      await untilAnswered('203.0.113.30', '200');
    });
  }

  await step('has HAProxy refuse them over its runtime socket, without a reload', async () => {
    const { port, file, text } = servers['haproxy'] ?? assert.fail();
    await put(file, `global\n  stats socket /run/haproxy/f2b.sock user f2b-actions mode 600 level operator\n${text}`);
    await put('/etc/f2b/actions/haproxy.conf', `[Action]\n${actions['haproxy']}\nSocket=/run/haproxy/f2b.sock`);
    await container.ask(
      'systemctl stop haproxy-denylist.path; systemctl restart haproxy; systemctl reload f2b-actiond',
    );
    const processes = () => container.ask('pgrep -x haproxy');
    const before = await processes();
    const untilAnswered = (address: string, wanted: string) =>
      until(`HAProxy answers ${wanted}`, async () => {
        const request = `curl -s -o /dev/null -w '%{http_code}' -H 'X-Forwarded-For: ${address}' 127.0.0.1:${port}`;
        return (await container.ask(request)) === wanted ? true : undefined;
      });
    await container.ask('f2bctl ban 203.0.113.32 2001:db8:32::/48');
    await untilAnswered('203.0.113.32', '403');
    await untilAnswered('2001:db8:32::7', '403');
    await container.ask('f2bctl unban 203.0.113.32');
    await untilAnswered('203.0.113.32', '200');
    await untilAnswered('2001:db8:32::7', '403');
    assert.equal(await processes(), before);
    assert.match(await container.ask('f2bctl actions'), /^haproxy +denylist +ok +0 /m);
  });

  await step('runs one program in place of one for each address when all bans are lifted', async () => {
    const has = (line: RegExp) =>
      until(`${line}`, async () =>
        line.test((await container.inside('cat /var/lib/f2b-actions/told')).out) ? true : undefined,
      );
    await container.ask('f2bctl ban 203.0.113.51 203.0.113.52; f2bctl unban 203.0.113.51');
    await has(/^unban 203\.0\.113\.51 manual$/m);
    await container.ask('f2bctl unban --all');
    await has(/^flush \S+ manual$/m);
    await until('nothing waits', async () =>
      /^run +command +ok +0 /m.test((await container.inside('f2bctl actions')).out) ? true : undefined,
    );
    const all = await container.ask('cat /var/lib/f2b-actions/told');
    assert.doesNotMatch(all, /^unban 203\.0\.113\.52 /m);
    assert.equal(all.match(/^flush \S+ manual$/gm)?.length, 1);
  });

  // Without its package, which test/setup fetches, there is no file to run.
  if (newest !== undefined)
    await step(
      'runs an action file of fail2ban’s with the rights of a drop-in, from whom is held to an end without traces',
      async () => {
        await container.ask('mkdir -p /etc/fail2ban/action.d; f2bctl ban 203.0.113.40');
        for (const file of ['nftables.conf', 'nftables-multiport.conf']) {
          container.copyIn(join(newest.configuration, 'action.d', file), `/etc/fail2ban/action.d/${file}`);
        }
        await put(
          '/etc/f2b/actions/block.conf',
          '[Action]\nType=fail2ban\nName=nftables-multiport[port="22", addr_type?family=inet6="ipv6_addr\\; flags interval"]',
        );
        await put('/etc/f2b/f2bd.conf.d/block.conf', '[Ban]\nAction=block');
        await put('/etc/systemd/system/f2b-actiond.service.d/firewall.conf', RIGHTS);
        await container.ask(
          'f2bctl check; systemctl daemon-reload; systemctl reload f2bd; systemctl restart f2b-actiond',
        );
        const held = async () => (await container.inside('nft list table inet f2b-table')).out;
        const holds = (address: string) =>
          until(`${address} is held`, async () => ((await held()).includes(address) ? true : undefined));
        await holds('203.0.113.40');
        await container.ask('f2bctl ban 203.0.113.41 2001:db8:31::/64; f2bctl unban 203.0.113.40');
        await holds('203.0.113.41');
        await holds('2001:db8:31::/64');
        await until('the first is let go', async () => ((await held()).includes('203.0.113.40') ? undefined : true));
        assert.match(await container.ask('f2bctl actions'), /^block +fail2ban +ok +0 /m);
        await container.ask('systemctl stop f2b-actiond');
        assert.equal(await held(), '');
      },
    );

  await step('leaves nothing behind when it is purged', async () => {
    await container.ask('DEBIAN_FRONTEND=noninteractive apt-get purge -y f2b-actions 2>&1');
    const left = await container.ask(
      'ls -d /etc/f2b/actions /var/lib/f2b-actions /usr/lib/f2b/f2b-actiond.js 2>/dev/null; getent passwd f2b-actions; true',
    );
    assert.equal(left, '');
    assert.equal((await container.ask('systemctl is-active f2bd')).trim(), 'active');
  });
});
