/** What firewalld does to real packets from banned addresses, with the guard beside it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { banOf } from '../support/ban-of.js';
import { openFirewall } from './firewalld-lab.js';
import { BEHIND, Lab, labObstacle } from './lab.js';
import { all, families, PacketScene, packetTests, WEB } from './packet-scene.js';

const skip = labObstacle() ?? false;

describe('packets from a banned address, with firewalld', { skip, timeout: 600_000 }, () => {
  let lab: Lab;
  let scene: PacketScene;
  before(async () => {
    lab = await Lab.create();
    scene = await PacketScene.create(lab, async () => (await openFirewall(lab)).firewall);
  });
  after(async () => {
    await scene.firewall.close();
    await lab.remove();
  });

  packetTests(() => scene);

  for (const family of families) {
    const { name, attacker } = family;
    test(`${name}: a source of another zone is shut out like any other`, async () => {
      for (const zone of ['trusted', 'public']) {
        scene.lab.firewallCmd(`--zone=${zone}`, `--add-source=${attacker}`);
        await scene.during([banOf(attacker)], async () => {
          assert.deepEqual(await scene.reached(attacker, family), all('silent'));
        });
        scene.lab.firewallCmd(`--zone=${zone}`, `--remove-source=${attacker}`);
      }
    });
  }

  test('who forwards ports is told, with what that means for bans', async () => {
    await scene.firewall.reconcile([]);
    const { notes = [], warnings } = scene.firewall.status();
    assert.deepEqual(warnings, []);
    assert.deepEqual(notes, [
      'ports are forwarded by docker (table ip nat), docker (table ip6 nat) before firewalld asks any zone; ' +
        'bans hold there too, through the table inet f2b-guard',
    ]);
  });

  test('ports that firewalld itself forwards are closed too', async () => {
    scene.lab.firewallCmd('--zone=trusted', `--add-forward-port=port=81:proto=tcp:toport=${WEB}:toaddr=${BEHIND.ipv4}`);
    const { attacker, host } = families[0] ?? { attacker: '', host: '' };
    assert.equal(await scene.peer.reach(attacker, host, 81), 'open');
    await scene.during([banOf(attacker)], async () =>
      assert.equal(await scene.peer.reach(attacker, host, 81), 'silent'),
    );
    await scene.firewall.reconcile([]);
    assert.match(scene.firewall.status().notes?.join() ?? '', /forwarded by .*firewalld/);
  });
});
