/** An action of one's own is a firewall of this host only by what it runs here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { common } from '../../support/fail2ban-configurations.js';
import { imported } from '../../support/imported.js';

const OWN_COMMANDS: readonly (readonly [command: string, program: string | undefined])[] = [
  ['iptables -I INPUT -s <ip> -j DROP', 'iptables'],
  ['/usr/sbin/ip6tables -I INPUT -s <ip> -j DROP', 'ip6tables'],
  ['echo <ip> >> /srv/log; ipset add bad <ip>', 'ipset'],
  ['if ! sudo -n -u root nft list set ip t s | grep -q <ip>; then true; fi', 'nft'],
  ['test -e /srv/off || LC_ALL=C flock -w 5 /run/lock timeout 5 iptables -I INPUT -s <ip> -j DROP', 'iptables'],
  ['sh -c "iptables -I INPUT -s <ip> -j DROP"', 'iptables'],
  ['[ -n "$X" ] &&\n    iptables -w \\\n    -I INPUT -s <ip> -j DROP', 'iptables'],
  ['ssh root@router iptables -I FORWARD -s <ip> -j DROP', undefined],
  ['ssh root@router "date; iptables -I FORWARD -s <ip> -j DROP"', undefined],
  ['sudo -u ban ssh root@router sudo /usr/sbin/nft add element ip t s "{ <ip> }"', undefined],
  ['sh -c \'ssh root@router "iptables -I FORWARD -s <ip>"\'', undefined],
  ['ssh root@router <<END\n    iptables -I FORWARD -s <ip> -j DROP\n    END', undefined],
  ['curl -d "what=iptables <ip>" -d iptables https://router.example/', undefined],
  ['docker exec router iptables -I FORWARD -s <ip> -j DROP', undefined],
  ['nice -n 5', undefined],
];

for (const [command, program] of OWN_COMMANDS) {
  const what = program === undefined ? 'is run as before' : `is a firewall of this host by ${program}`;
  test(`an action of one’s own ${what}: ${JSON.stringify(command)}`, () => {
    const { files, outcomes } = imported({
      ...common,
      'jail.local': '[sshd]\nenabled = 1\naction = own\n',
      'action.d/own.conf': `[Definition]\nactionban = ${command}\n`,
    });
    assert.equal(files.has('actions/own-sshd.conf'), program === undefined);
    const note = program === undefined ? /^Action=own-sshd, which runs/ : new RegExp(`own runs ${program}: its file`);
    assert.match(outcomes.get('action')?.note ?? '', note);
  });
}

test('what an action that is a firewall of this host tells others besides is told as left out', () => {
  const { outcomes } = imported({
    ...common,
    'jail.local': '[sshd]\nenabled = 1\naction = own\n',
    'action.d/own.conf': '[Definition]\nactionban = iptables -I INPUT -s <ip> -j DROP\n    ssh root@router ban <ip>\n',
  });
  assert.match(outcomes.get('action')?.note ?? '', /own runs iptables: .*; what it does with ssh is left out: /);
});

test('an action that is called as a firewall, and bans on another host alone, is run as before', () => {
  const { files, settings } = imported({
    ...common,
    'jail.local': '[sshd]\nenabled = 1\naction = iptables-router\n    nftables[port=ssh]\n',
    'action.d/iptables-router.conf': '[Definition]\nactionban = ssh root@router iptables -I FORWARD -s <ip> -j DROP\n',
  });
  assert.ok(files.has('actions/iptables-router-sshd.conf'));
  const written = settings('units/ssh.service.conf.d/40-fail2ban.conf');
  assert.ok(written.includes('Ports=ssh/tcp') && written.includes('Action=iptables-router-sshd'), written.join());
});
