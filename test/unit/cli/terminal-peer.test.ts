import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { repository } from '../../support/repository.js';

const compiled = pathToFileURL(join(repository, 'build/test/src/cli/terminal-peer.js')).href;
const script = `import('${compiled}').then((m) => process.stdout.write(String(m.terminalPeer(process.pid))))`;

/** What the function finds in a process that `command` starts below a shell with this SSH_CONNECTION. */
function peerBelow(connection: string, command: string): string {
  const env = { ...process.env, SSH_CONNECTION: connection, SCRIPT: script };
  return execFileSync('sh', ['-c', `${command}; :`], { env, encoding: 'utf8' });
}

test('the address of the ssh client is found in the own environment', () => {
  assert.equal(peerBelow('198.51.100.7 50000 192.0.2.1 22', 'node -e "$SCRIPT"'), '198.51.100.7');
});

test('it is found in an ancestor when sudo has taken it away, also from a shell with an odd name', () => {
  const cleared = 'env -u SSH_CONNECTION node -e "$SCRIPT"';
  assert.equal(peerBelow('2001:db8::7 50000 2001:db8::1 22', cleared), '2001:db8::7');
  assert.equal(peerBelow('2001:db8::7 50000 2001:db8::1 22', `sh -c '${cleared}; :' "a) b ("`), '2001:db8::7');
});
