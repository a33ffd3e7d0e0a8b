/** polkit's agent for terminals is gone before anybody else goes on with the terminal. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPasswordAgent } from '../../../src/control/password-agent.js';

test('ending the agent waits until it has set the terminal as it was before', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-agent-'));
  const { PATH } = process.env;
  t.after(() => {
    process.env['PATH'] = PATH;
    rmSync(folder, { recursive: true, force: true });
  });
  // In the place of pkttyagent(1), which sets the terminal when it hears SIGTERM. It tells by the descriptor that it listens.
  const agent = `#!/bin/sh\ntrap 'sleep 0.05; : > ${folder}/set; exit' TERM\nexec 3>&-\nwhile :; do sleep 0.01; done\n`;
  writeFileSync(join(folder, 'pkttyagent'), agent, { mode: 0o755 });
  process.env['PATH'] = `${folder}:${PATH}`;
  const end = await openPasswordAgent();
  assert.ok(!existsSync(join(folder, 'set')));
  await end();
  assert.ok(existsSync(join(folder, 'set')));
});

test('where there is no such agent, nothing is waited for', async (t) => {
  const { PATH } = process.env;
  t.after(() => {
    process.env['PATH'] = PATH;
  });
  process.env['PATH'] = '/nonexistent';
  const end = await openPasswordAgent();
  await end();
});
