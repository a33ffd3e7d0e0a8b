/** Two network namespaces with a line between them that can be cut: whatever is on its way is lost then, and nobody is told. */
import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import type { Site } from './nats-lab.js';

export const skipWithoutRoot = process.getuid?.() === 0 ? false : 'needs root for network namespaces';

function ip(...argv: readonly string[]): void {
  execFileSync('ip', argv, { stdio: ['ignore', 'ignore', 'inherit'] });
}

export class TwoSites {
  readonly sites: readonly [Site, Site];

  private constructor(name: string) {
    this.sites = [
      { namespace: `${name}a`, address: '192.0.2.1' },
      { namespace: `${name}b`, address: '192.0.2.2' },
    ];
  }

  static create(t: Pick<TestContext, 'after'>): TwoSites {
    const two = new TwoSites(`f2b${process.pid}`);
    const [one, other] = two.sites;
    for (const { namespace } of two.sites) {
      ip('netns', 'add', namespace);
      t.after(() => ip('netns', 'delete', namespace));
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    }
    ip('-n', one.namespace, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', other.namespace);
    for (const { namespace, address } of two.sites) {
      ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0');
      ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    }
    return two;
  }

  /** Packets between them are dropped from now on. */
  cut(): void {
    for (const { namespace } of this.sites)
      execFileSync('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], {
        input: `table inet cut {
          chain in { type filter hook input priority 0; iifname "eth0" drop; }
          chain out { type filter hook output priority 0; oifname "eth0" drop; }
        }`,
      });
  }

  mend(): void {
    for (const { namespace } of this.sites) ip('netns', 'exec', namespace, 'nft', 'delete', 'table', 'inet', 'cut');
  }
}
