import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFleet } from '../../../src/config/fleet.js';
import { FOREVER } from '../../../src/core/time.js';

const parse = (text: string) => parseFleet({ path: 'fleet.conf', text: `[Fleet]\n${text}\n` });

test('servers are encrypted unless they are this machine, and what is not set has its default', () => {
  const { value, problems } = parse('Server=tls://nats1.example.org tls://nats2.example.org:5222\nMaxBanTime=infinity');
  assert.deepEqual(problems, []);
  assert.deepEqual(value?.servers, ['nats1.example.org:4222', 'nats2.example.org:5222']);
  assert.deepEqual([value?.isEncrypted, value?.publish, value?.apply, value?.name], [true, true, true, undefined]);
  assert.deepEqual(
    [value?.limits.minReporters, value?.limits.maxPrefixIPv4, value?.limits.maxBanTime],
    [1, 24, FOREVER],
  );
  for (const local of ['localhost', '127.0.0.1', '[::1]']) {
    const plain = parse(`Server=nats://${local}:4222`).value;
    assert.deepEqual([plain?.servers, plain?.isEncrypted], [[`${local}:4222`], false]);
  }
});

test('failures are counted together by limits of their own', () => {
  assert.equal(parse('Server=tls://a.example').value?.count, undefined);
  const { value } = parse('Server=tls://a.example\nCount=yes\n[Count]\nJails=ssh* nginx.service\nBanTime=infinity');
  assert.deepEqual(value?.count, {
    ...{ jails: ['ssh*', 'nginx.service'], maxretry: 10, findtime: 600_000_000, bantime: FOREVER },
  });
});

const wrong: readonly (readonly [string, RegExp])[] = [
  ['', /no server is named/],
  ['Server=nats://nats1.example.org', /is not encrypted/],
  ['Server=tls://192.0.2.1', /is an address/],
  ['Server=tls://[2001:db8::1]:4222', /is an address/],
  ['Server=http://nats1.example.org', /is not a server/],
  ['Server=tls://nats1.example.org:0', /is not a server/],
  ['Server=tls://user:password@nats1.example.org', /is not a server/],
  ['Server=tls://nats1.example.org nats://localhost', /some servers are encrypted and others are not/],
  ['Server=nats://localhost\nCAFile=/ca.pem', /CAFile= has no effect/],
  ['Server=tls://a.example\nName=Web 1', /is not the name of a host/],
  ['Server=tls://a.example\nMaxPrefixIPv4=8', /one ban would cover whole providers/],
  ['Server=tls://a.example\nMinAge=2d', /MinAge/],
  ['Server=tls://a.example\nMinReporters=0', /nobody would have to ban/],
  ['Server=tls://a.example\nReporters=2', /there is no key "Reporters"/],
  ['Server=tls://a.example\nCount=yes\nPublish=no', /Count=yes has no effect with Publish=no/],
  ['Server=tls://a.example\n[Count]\nMaxRetry=5', /\[Count\] has no effect without Count=yes/],
  ['Server=tls://a.example\nCount=yes\n[Count]\nMaxRetry=1', /one failure is no failure on several hosts/],
  ['Server=tls://a.example\nCount=yes\n[Count]\nFindTime=2h', /FindTime/],
  ['Server=tls://a.example\nCount=yes\n[Count]\nJails=[9-0]', /has a range that ends before it starts/],
  ['Server=tls://a.example\nReplicas=2', /is not one of 1, 3, 5/],
];

test('each thing that is wrong is told with what to do', () => {
  for (const [text, message] of wrong) {
    const { value, problems } = parse(text);
    assert.equal(value, undefined, text);
    assert.equal(problems.length, 1, text);
    assert.match(problems[0]?.message ?? '', message);
    assert.notEqual(problems[0]?.hint, undefined, text);
  }
});
