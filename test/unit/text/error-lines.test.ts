import assert from 'node:assert/strict';
import { test } from 'node:test';
import { F2bError } from '../../../src/errors.js';
import { errorLines } from '../../../src/text/error-lines.js';

const plain = (text: string) => text;
const marked = { red: (text: string) => `<${text}>`, bold: plain };

test('an error is told with its cause, unless it says that itself, and with what to do next', () => {
  const cause = new Error('EACCES: permission denied');
  const because = errorLines(new F2bError('FILE_UNREADABLE', '/x', { cause }), marked, 'f2bctl');
  assert.deepEqual(because.slice(0, 2), ['<f2bctl:> a file cannot be read: /x', 'because: EACCES: permission denied']);
  assert.match(because[2] ?? '', /^hint: /);
  const said = errorLines(new F2bError('FILE_UNREADABLE', cause.message, { cause }), marked);
  assert.deepEqual(said.length, 2);
  assert.match(said[0] ?? '', /^a file cannot be read: EACCES/);
});

test('what is no known error is a bug, told with the place where it happened', () => {
  const [message = '', hint = '', stack = ''] = errorLines(new TypeError('x is undefined'), marked, 'f2bd');
  assert.match(message, /x is undefined/);
  assert.match(hint, /^hint: /);
  assert.match(stack, /error-lines\.test/);
});

test('nothing of an error steers the terminal', () => {
  const lines = errorLines(new F2bError('USAGE', 'a\u001b[2J\nb', { cause: new Error('\u001b]0;x') }), marked);
  assert.deepEqual(lines.slice(0, 2).join('|').includes('\u001b'), false);
  assert.match(lines[0] ?? '', /\nb$/);
});
