/** Secrets as systemd hands them over: what is taken, and what is refused. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { credentialsIn } from '../../../src/actions/credentials.js';

const directory = mkdtempSync(join(tmpdir(), 'f2b-credentials-'));
after(() => rmSync(directory, { recursive: true }));

function put(name: string, text: string, mode: number): void {
  const path = join(directory, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
}

// systemd 257 keeps them on a tmpfs: owned by root, with an access list for the service's user, shown as 0440.
for (const mode of [0o400, 0o440]) {
  test(`a secret with the mode ${mode.toString(8)} is read, without the newline at its end`, () => {
    put('chat', 'geheim\n', mode);
    assert.equal(credentialsIn(directory)('chat'), 'geheim');
    rmSync(join(directory, 'chat'));
  });
}

const refused: readonly (readonly [what: string, text: string, mode: number, why: RegExp])[] = [
  ['that everybody may read', 'geheim\n', 0o444, /everybody may read it/],
  ['of several lines', 'geheim\nX-Header: 1\n', 0o400, /several lines/],
  ['that is empty', '\n', 0o400, /empty/],
  ['that is longer than any', 'x'.repeat(9_000), 0o400, /too long/],
];

for (const [what, text, mode, why] of refused) {
  test(`a secret ${what} is refused, without a word of it in the message`, () => {
    put('refused', text, mode);
    assert.throws(
      () => credentialsIn(directory)('refused'),
      (error: Error) => why.test(error.message) && !error.message.includes('geheim'),
    );
    rmSync(join(directory, 'refused'));
  });
}

test('a secret behind a link is refused', () => {
  put('target', 'geheim\n', 0o400);
  symlinkSync(join(directory, 'target'), join(directory, 'link'));
  assert.throws(() => credentialsIn(directory)('link'), /ELOOP/);
});

test('without credentials of systemd there is no secret, and it is said how to give one', () => {
  assert.throws(() => credentialsIn(undefined)('chat'), { code: 'CREDENTIAL_MISSING' });
});
