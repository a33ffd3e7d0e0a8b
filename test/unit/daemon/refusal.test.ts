import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProblems } from '../../../src/daemon/problems.js';
import { createRefusal } from '../../../src/daemon/refusal.js';
import { F2bError } from '../../../src/errors.js';
import type { AgentEvent } from '../../../src/ports.js';

test('a refusal for another reason takes the place of the one before, and the end of it leaves no problem open', () => {
  const told: AgentEvent[] = [];
  const problems = createProblems({ notify: (event) => told.push(event) });
  const refusal = createRefusal(problems);
  refusal.over();
  for (const code of ['STORE_FULL', 'STORE_FULL', 'STORE_READ_ONLY'] as const) refusal.met(new F2bError(code));
  assert.deepEqual(
    problems.open.map(({ code }) => code),
    ['STORE_READ_ONLY'],
  );
  assert.ok(refusal.isOpen);
  refusal.over();
  assert.ok(!refusal.isOpen);
  assert.deepEqual(problems.open, []);
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ['problem', 'resolved', 'problem', 'resolved'],
  );
});
