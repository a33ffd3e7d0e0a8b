import assert from 'node:assert/strict';
import { test } from 'node:test';
import { F2bError } from '../../../src/errors.js';
import { createTell } from '../../../src/fleet/tell.js';
import { connectionError } from '../../../src/nats/connection-error.js';

function scene() {
  const shown: string[] = [];
  const said: string[] = [];
  const tell = createTell({
    status: (text) => void shown.push(text),
    say: (level, text) => void said.push(`${level} ${text}`),
  });
  return { tell, shown, said };
}

test('whatever a server answers, the status of the service is one short line without control characters', () => {
  const { tell, shown } = scene();
  tell.problem(connectionError(new Error(`\u001b[31mno\u001b]0;title\u0007\nSTOPPING=1\u202e${'x'.repeat(100_000)}`)));
  tell.resolved('back\u001b[0m');
  assert.equal(shown.length, 2);
  for (const text of shown) {
    assert.doesNotMatch(text, /[\u0000-\u001f\u202e]/);
    assert.ok(text.length < 500, `${text.length} characters`);
  }
});

test('a problem is told once until it changes, and its end is told', () => {
  const { tell, shown, said } = scene();
  const problem = new F2bError('FLEET_UNREACHABLE', 'timeout');
  tell.problem(problem);
  tell.problem(problem);
  assert.equal(tell.current(), problem.message);
  tell.resolved('connected');
  assert.deepEqual(shown, [problem.message, problem.message, 'connected']);
  assert.deepEqual(said, [
    `warning ${problem.message}\nhint: ${problem.hint}`,
    'info connected',
    `notice resolved: ${problem.message}`,
  ]);
  assert.equal(tell.current(), '');
});
