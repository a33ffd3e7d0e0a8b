/** What the nftables adapter does to real packets from banned addresses. */
import { after, before, describe } from 'node:test';
import { Lab, labObstacle } from './lab.js';
import { openNftables } from './nft-lab.js';
import { PacketScene, packetTests } from './packet-scene.js';

const skip = labObstacle() ?? false;

describe('packets from a banned address, with nftables', { skip, timeout: 600_000 }, () => {
  let lab: Lab;
  let scene: PacketScene;
  before(async () => {
    lab = await Lab.create({ firewalld: false });
    scene = await PacketScene.create(lab, async () => (await openNftables(lab.hostNamespace)).firewall);
  });
  after(async () => {
    await scene.firewall.close();
    await lab.remove();
  });

  packetTests(() => scene);
});
