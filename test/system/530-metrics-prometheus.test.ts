/** A real Prometheus reads what is served, and answers what the dashboard asks. Its package is unpacked by test/setup. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exposition } from '../../src/metrics/exposition.js';
import { createMetricsServer } from '../../src/metrics/server.js';
import type { ActionStatus } from '../../src/ports/actions-control.js';
import { aStatus } from '../fakes/agent.js';
import { aFleetCounting, FakeFleet } from '../fakes/fleet.js';
import { cache } from '../support/cache.js';
import { freePort } from '../support/free-port.js';
import { listening } from '../support/listening.js';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';

const programs = join(cache, 'bench/prometheus/usr/bin');
const missing = existsSync(programs) ? false : 'Prometheus is not there: test/setup system fetches it';

const counts = { waiting: 3, delivered: 7, givenUp: 1, dropped: 2 };
const actions: readonly ActionStatus[] = [
  { name: 'mail', type: 'mail', state: 'failing', ...counts, oldest: 1_500_000, lastSuccess: 1_000_000 },
];
/** With all that there is. */
const fleet = { ...new FakeFleet().current, counting: aFleetCounting };
const served = exposition(aStatus, { fleet, actions });
const names = [...served.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

const { panels }: Dashboard = JSON.parse(readFileSync(join(repository, 'debian/grafana-dashboard.json'), 'utf8'));
const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

test('the dashboard shows every metric, and none that is not served', () => {
  const shown = new Set(expressions.flatMap((expression) => expression.match(/\bf2b_\w+/g) ?? []));
  assert.deepEqual([...shown].sort(), [...names].sort());
});

describe('Prometheus', { skip: missing }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-prometheus-'));
  let port = 0;
  let server: Server;
  let prometheus: ChildProcess;
  let log = '';

  before(async () => {
    server = createMetricsServer({ text: async () => served, failed: () => undefined, asked: () => undefined });
    const target = `127.0.0.1:${await listening(server)}`;
    port = await freePort();
    const job = { job_name: 'f2b', scrape_interval: '200ms', scrape_timeout: '200ms' };
    const configuration = { scrape_configs: [{ ...job, static_configs: [{ targets: [target] }] }] };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(configuration));
    const options = [`config.file=${folder}/prometheus.yml`, `storage.tsdb.path=${folder}/data`];
    const listenAddress = `web.listen-address=127.0.0.1:${port}`;
    prometheus = spawn(
      join(programs, 'prometheus'),
      [...options, listenAddress].map((option) => `--${option}`),
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    prometheus.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  });
  after(async () => {
    if (prometheus.exitCode === null && prometheus.kill('SIGKILL')) await once(prometheus, 'close');
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** How many series it answers with. */
  async function seriesOf(expression: string): Promise<number> {
    const query = new URLSearchParams({
      query: expression.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m'),
    });
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query`, { method: 'POST', body: query });
    const text = await answer.text();
    assert.equal(answer.status, 200, `${expression}: ${text}`);
    const { data }: { readonly data: { readonly result: readonly unknown[] } } = JSON.parse(text);
    return data.result.length;
  }

  test('finds nothing wrong with what is served but a name that exporters for fail2ban gave it', () => {
    const checked = spawnSync(join(programs, 'promtool'), ['check', 'metrics'], { input: served, encoding: 'utf8' });
    const [first, ...others] = checked.stderr.trimEnd().split('\n');
    assert.equal(first, 'f2b_jail_count non-histogram and non-summary metrics should not have "_count" suffix');
    assert.deepEqual([others, checked.stdout], [[], '']);
  });

  test('has an answer to all that the dashboard asks', async () => {
    await until('it has read twice', async () => {
      if (prometheus.exitCode !== null) throw new Error(`it ended with status ${prometheus.exitCode}: ${log}`);
      const read = await seriesOf('count_over_time(f2b_up[1m]) > 1').catch(() => 0);
      return read > 0 ? true : undefined;
    });
    for (const expression of expressions) assert.ok((await seriesOf(expression)) > 0, expression);
  });
});
