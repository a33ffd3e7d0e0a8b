import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../../../src/agent/agent-event.js';
import { createProblemSlot } from '../../../../src/daemon/problems/problem-slot.js';
import { createProblems } from '../../../../src/daemon/problems/problems.js';
import { F2bError } from '../../../../src/errors.js';

test('another problem takes the place of the one before, and the end of it leaves none open', () => {
  const told: AgentEvent[] = [];
  const problems = createProblems({ notify: (event) => told.push(event) });
  const problem = createProblemSlot(problems);
  problem.over();
  for (const code of ['STORE_FULL', 'STORE_FULL', 'STORE_READ_ONLY'] as const) problem.met(new F2bError(code));
  assert.deepEqual(
    problems.open.map(({ code }) => code),
    ['STORE_READ_ONLY'],
  );
  assert.ok(problem.isOpen);
  problem.over();
  assert.ok(!problem.isOpen);
  assert.deepEqual(problems.open, []);
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ['problem', 'resolved', 'problem', 'resolved'],
  );
});
