/** The sample for an OpenTelemetry collector: it reads the agent's entries, and fields that these have. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AGENT_UNIT, EVENT_FIELDS } from '../../../src/events/fields.js';
import { repository } from '../../support/repository.js';

const sample = readFileSync(join(repository, 'debian/opentelemetry-collector.yaml'), 'utf8');

test('what the collector reads is the agent’s alone, and each field that it moves is one of the agent’s', () => {
  assert.match(sample, new RegExp(`^ {4}matches:\\n {6}- _SYSTEMD_UNIT: ${AGENT_UNIT}$`, 'm'));
  const moves = [...sample.matchAll(/^ {8}from: body\.(\w+)\n {8}to: (.*)$/gm)];
  assert.deepEqual(
    moves.map(([, field = '']) => field).filter((field) => !EVENT_FIELDS.includes(field)),
    [],
  );
  assert.equal(new Set(moves.map(([, , to]) => to)).size, moves.length);
  const conditions = [...sample.matchAll(/^ {8}if: body\.(\w+) != nil\n {8}from: body\.(\w+)$/gm)];
  assert.equal(conditions.length, moves.length - 1);
  for (const [, one, other] of conditions) assert.equal(one, other);
});
