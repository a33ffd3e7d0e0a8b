/** The clocks are set by hand here: a machine's own must not be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createElapsedTime } from '../../../src/host/elapsed-time.js';

const MS = 1_000;
const HOUR = 3_600_000 * MS;

function machine() {
  const at = { boot: 7 * HOUR, steady: 5 * HOUR, wall: 500_000 * HOUR };
  let asked = 0;
  const elapsed = createElapsedTime({
    // As /proc/uptime says it: in hundredths of a second.
    boot: () => {
      asked += 1;
      return Math.floor(at.boot / (10 * MS)) * 10 * MS;
    },
    steady: () => at.steady,
    wall: () => at.wall,
  });
  const run = (time: number) => {
    for (const clock of ['boot', 'steady', 'wall'] as const) at[clock] += time;
  };
  return { at, elapsed, run, asked: () => asked };
}

function isAbout(time: number, wanted: number): void {
  assert.ok(Math.abs(time - wanted) <= 10 * MS, `${time} µs is not ${wanted} within 10 ms`);
}

test('the kernel is asked once a second, and what passed in between counts', () => {
  const { elapsed, run, asked } = machine();
  const first = elapsed();
  for (let n = 0; n < 999; n += 1) {
    run(1 * MS);
    assert.equal(elapsed() - first, (n + 1) * MS);
  }
  assert.equal(asked(), 1);
  run(1 * MS);
  isAbout(elapsed() - first, 1_000 * MS);
  assert.equal(asked(), 2);
});

test('the time that the machine slept has passed as soon as it wakes', () => {
  const { at, elapsed, run } = machine();
  const first = elapsed();
  run(10 * MS);
  elapsed();
  at.boot += 8 * HOUR;
  at.wall += 8 * HOUR;
  isAbout(elapsed() - first, 8 * HOUR + 10 * MS);
});

for (const step of [-3 * HOUR, -200 * MS, 200 * MS, 3 * HOUR]) {
  test(`the same time passes when the wall clock is set by ${step / 1_000_000} s`, () => {
    const { at, elapsed, run } = machine();
    const first = elapsed();
    run(10 * MS);
    at.wall += step;
    isAbout(elapsed() - first, 10 * MS);
    run(500 * MS);
    isAbout(elapsed() - first, 510 * MS);
  });
}

test('it never goes back, although the kernel tells hundredths of a second', () => {
  const { elapsed, run } = machine();
  let before = elapsed();
  for (let n = 0; n < 5_000; n += 1) {
    run(3_337);
    const now = elapsed();
    assert.ok(now >= before, `${now} comes after ${before}`);
    before = now;
  }
});
