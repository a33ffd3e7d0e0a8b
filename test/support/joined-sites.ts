/** Network namespaces on one bridge, which is in a namespace of its own. */
import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import type { Site } from './nats-lab.js';

function ip(...argv: readonly string[]): void {
  execFileSync('ip', argv, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Makes a namespace that is removed in the end. */
export function addNamespace(t: Pick<TestContext, 'after'>, namespace: string): void {
  ip('netns', 'add', namespace);
  t.after(() => ip('netns', 'delete', namespace));
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
}

/** These namespaces, which are there already, and behind them that of the bridge. */
export function joinSites(
  t: Pick<TestContext, 'after'>,
  bridge: string,
  joined: readonly Omit<Site, 'address'>[],
): readonly Site[] {
  addNamespace(t, bridge);
  ip('-n', bridge, 'link', 'add', 'bridge', 'up', 'type', 'bridge');
  ip('-n', bridge, 'address', 'add', '198.51.100.250/24', 'dev', 'bridge');
  const sites = joined.map((site, index) => ({ ...site, address: `198.51.100.${index + 1}` }));
  for (const [index, { namespace, address }] of sites.entries()) {
    const port = `port${index}`;
    ip('-n', bridge, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'fleet', 'netns', namespace);
    ip('-n', bridge, 'link', 'set', port, 'master', 'bridge', 'up');
    ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'fleet');
    for (const link of ['fleet', 'lo']) ip('-n', namespace, 'link', 'set', link, 'up');
  }
  return [...sites, { namespace: bridge, address: '198.51.100.250' }];
}
