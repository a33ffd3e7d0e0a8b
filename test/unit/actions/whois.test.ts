/** Whois over HTTP with real servers that do not do as they should, and how seldom they are asked. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type AskRdap, followed, type RdapReply, rdapClient } from '../../../src/actions/mail/whois/ask-rdap.js';
import type { RegisteredNetwork } from '../../../src/actions/mail/whois/registered-network.js';
import { createWhois } from '../../../src/actions/mail/whois/whois.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { anAddress } from '../../fakes/values.js';
import { listening } from '../../support/listening.js';
import { nameServer } from '../../support/name-server.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const answer = {
  objectClassName: 'ip network',
  ...{ name: 'EXAMPLE-NET', startAddress: '192.0.2.0', endAddress: '192.0.2.255' },
};

/** Where a server listens that answers so. */
async function serverFor(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${await listening(server)}`;
}

const ask: AskRdap = rdapClient('1');
const asked = (server: string, address = '192.0.2.1') => ask(server, anAddress(address), AbortSignal.timeout(60_000));
const nameIn = (reply: RdapReply) => (reply.kind === 'network' ? reply.network.network.name : reply.kind);

test('a server is asked by address or prefix, and whom it sends us to', async (t) => {
  const paths: string[] = [];
  const server = await serverFor(t, ({ url = '', headers }, response) => {
    paths.push(url);
    assert.equal(headers.accept, 'application/rdap+json');
    assert.equal(headers['user-agent'], 'f2b/1');
    if (url.startsWith('/ip/')) return void response.writeHead(302, { location: `/registry${url}` }).end();
    response.writeHead(200, { 'content-type': 'application/rdap+json' }).end(JSON.stringify(answer));
  });
  assert.equal(nameIn(await asked(server)), 'EXAMPLE-NET');
  assert.equal(nameIn(await asked(`${server}/`, '2001:db8::/64')), 'EXAMPLE-NET');
  assert.deepEqual(paths, [
    ...['/ip/192.0.2.1', '/registry/ip/192.0.2.1', '/ip/2001:db8::/64', '/registry/ip/2001:db8::/64'],
  ]);
});

test('a redirection without end, or to where nothing is encrypted, is not followed', async (t) => {
  let times = 0;
  const leading = (location?: string) =>
    serverFor(t, (_, response) => {
      times += 1;
      response.writeHead(302, location === undefined ? {} : { location }).end();
    });
  await assert.rejects(asked(await leading('/again')), /too many redirections/);
  assert.equal(times, 5);
  for (const to of ['http://192.0.2.9/ip/192.0.2.1', 'http://rdap.example/', 'ftp://127.0.0.1/', 'file:///etc/passwd'])
    await assert.rejects(asked(await leading(to)), /is not over TLS/, to);
  for (const to of [undefined, 'https://', 'http://[::1'])
    await assert.rejects(asked(await leading(to)), /leads nowhere/, String(to));
});

test('a server leads to others over TLS, with no password, and to public addresses alone', () => {
  const from = new URL('https://rdap.example/ip/192.0.2.1');
  assert.equal(followed(from, 'https://f2b:x@other.example/ip/192.0.2.1').href, 'https://other.example/ip/192.0.2.1');
  assert.equal(followed(from, '//203.0.113.1/').href, 'https://203.0.113.1/');
  for (const host of [
    ...['127.1', '0', '0.0.0.0', '10.0.0.1', '192.168.1.1', '169.254.169.254', '[::]', '[::1]', '[::ffff:127.0.0.1]'],
    ...['[fe80::1]', '[fd00::1]', '0x7f000001'],
  ])
    assert.throws(() => followed(from, `https://${host}:8006/x`), /leads to no public address/, host);
  assert.throws(() => followed(from, 'http://other.example/'), /not over TLS/);
  const here = new URL('https://192.168.1.1:8006/');
  assert.equal(followed(here, '/x').href, 'https://192.168.1.1:8006/x', 'it is itself already');
  assert.throws(() => followed(here, 'https://192.168.1.1/'), /leads to no public address/);
});

test('a name that a server leads to is not followed to an address that is not public', async (t) => {
  const { at } = await nameServer(t, { address: [127, 0, 0, 1] });
  let connections = 0;
  const inner = createTcpServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  t.after(() => inner.close());
  await once(inner, 'listening');
  const place = inner.address();
  assert.ok(typeof place === 'object' && place !== null);
  for (const host of ['rdap.example', 'localhost', 'localhost.', 'foo.localhost']) {
    const server = await serverFor(t, (_, response) => {
      response.writeHead(302, { location: `https://${host}:${place.port}/` }).end();
    });
    const reply = rdapClient('1', [at])(server, anAddress('192.0.2.1'), AbortSignal.timeout(60_000));
    await assert.rejects(reply, /no public address of/, host);
  }
  assert.equal(connections, 0);
});

test('what is no answer about a network is none, and of one that has no end a part is read', async (t) => {
  const bodies: Readonly<Record<string, (response: ServerResponse) => void>> = {
    garbage: (response) => void response.end('\u0000\u001b]0;owned\u0007'),
    page: (response) => void response.end('<html>'),
    domain: (response) => void response.end('{"objectClassName":"domain"}'),
    packed: (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from([31, 139, 8])),
    endless: (response) => {
      const more = () => {
        while (response.writable && response.write('['.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    },
  };
  for (const [kind, body] of Object.entries(bodies))
    await assert.rejects(asked(await serverFor(t, (_, response) => body(response))), /not about a network/, kind);
  const cut = await serverFor(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{');
    setImmediate(() => response.destroy());
  });
  await assert.rejects(asked(cut), /aborted/);
  const nothing = await serverFor(t, ({ socket }) => void socket.end('no HTTP\r\n\r\n'));
  await assert.rejects(asked(nothing));
  for (const [status, kind] of [
    [404, 'nothing'],
    [429, 'busy'],
    [503, 'busy'],
  ] as const)
    assert.equal((await asked(await serverFor(t, (_, response) => void response.writeHead(status).end()))).kind, kind);
  await assert.rejects(asked(await serverFor(t, (_, response) => void response.writeHead(500).end())), /status 500/);
});

test('servers that never answer, or never end an answer, are left at the end of the time, with no connection', {
  timeout: 30_000,
}, async (t) => {
  for (const listener of [() => {}, (_, response) => void response.write('{')] satisfies readonly RequestListener[]) {
    const closed: Promise<unknown>[] = [];
    const clock = new VirtualClock();
    let twoAsked = () => {};
    const areTwoAsked = new Promise<void>((resolve) => {
      twoAsked = resolve;
    });
    const server = await serverFor(t, (request, response) => {
      listener(request, response);
      // Not once(), which rejects: a connection that is broken off may end with an error.
      if (closed.push(new Promise((resolve) => request.socket.on('close', resolve))) === 2) twoAsked();
    });
    const whois = createWhois({
      clock,
      ask: (address, signal) => ask(server, address, signal),
      timeout: MICROS_PER_SECOND,
      tell: () => undefined,
    });
    const found = whois(['192.0.2.1', '198.51.100.1', '203.0.113.1'].map(anAddress));
    await areTwoAsked;
    await clock.advance(MICROS_PER_SECOND);
    assert.equal((await found).size, 0);
    assert.equal(closed.length, 2);
    await Promise.all(closed);
  }
});

/** Asks no server; `reply` is what one answers. */
function lab(reply: (text: string, signal: AbortSignal) => Promise<RdapReply>) {
  const clock = new VirtualClock();
  const texts: string[] = [];
  const lines: string[] = [];
  const whois = createWhois({
    clock,
    timeout: MICROS_PER_SECOND,
    tell: (line) => lines.push(line),
    ask(address, signal) {
      texts.push(address.text);
      return reply(address.text, signal);
    },
  });
  const names = async (...addresses: readonly string[]) =>
    [...(await whois(addresses.map(anAddress)))].map(([text, { name }]) => `${text} ${name}`);
  return { clock, texts, names, lines };
}

function told(network: RegisteredNetwork, first: string, last: string): RdapReply {
  return { kind: 'network', network: { network, range: { first: anAddress(first), last: anAddress(last) } } };
}

test('what is known of a network counts for a day, whichever of its addresses are banned', async () => {
  const { clock, texts, names } = lab(async () => told({ name: 'NET' }, '192.0.2.0', '192.0.2.255'));
  assert.deepEqual(await names('192.0.2.1'), ['192.0.2.1 NET']);
  assert.deepEqual(await names('192.0.2.2', '192.0.2.0/28'), ['192.0.2.2 NET', '192.0.2.0/28 NET']);
  assert.deepEqual(texts, ['192.0.2.1']);
  await names('192.0.3.1');
  await clock.advance(24 * 3_600 * MICROS_PER_SECOND);
  await names('192.0.2.2');
  assert.deepEqual(texts, ['192.0.2.1', '192.0.3.1', '192.0.2.2']);
});

test('an answer that claims all addresses, or others than that one, counts for that one alone', async () => {
  for (const [first, last] of [
    ['0.0.0.0', '255.255.255.255'],
    ['198.51.100.0', '198.51.100.255'],
    ['::', 'ffff::'],
  ] as const) {
    const { texts, names } = lab(async (text) => told({ name: `for ${text}` }, first, last));
    await names('192.0.2.1');
    assert.deepEqual(await names('192.0.2.1', '198.51.100.1'), [
      '192.0.2.1 for 192.0.2.1',
      '198.51.100.1 for 198.51.100.1',
    ]);
    assert.deepEqual(texts, ['192.0.2.1', '198.51.100.1']);
  }
});

test('what gave no answer is not asked again for ten minutes, and a server that is busy for one', async () => {
  let isBusy = false;
  const { clock, texts, names } = lab(async () => {
    if (isBusy) return { kind: 'busy' };
    throw new Error('no answer');
  });
  for (let mail = 0; mail < 3; mail += 1) await names('192.0.2.1');
  assert.deepEqual(texts, ['192.0.2.1']);
  await clock.advance(600 * MICROS_PER_SECOND);
  isBusy = true;
  for (let mail = 0; mail < 3; mail += 1) await names('192.0.2.1');
  assert.equal(texts.length, 2);
  await clock.advance(60 * MICROS_PER_SECOND);
  await names('192.0.2.1');
  assert.equal(texts.length, 3);
});

test('that there is no answer, and why, is told once an hour at most', async () => {
  const { clock, names, lines } = lab((text, signal) =>
    text === '203.0.113.1'
      ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      : Promise.reject(new Error('no\u001b[2J\nanswer')),
  );
  await names('192.0.2.1', '198.51.100.1');
  assert.equal(lines.length, 1);
  assert.match(
    lines[0] ?? '',
    /^the RDAP server does not say [^\u001b\n]*: no[^\u001b\n]*answer; mails go without that/,
  );
  await clock.advance(3_600 * MICROS_PER_SECOND);
  const found = names('203.0.113.1');
  await clock.advance(MICROS_PER_SECOND);
  await found;
  assert.equal(lines.length, 2);
  assert.match(lines[1] ?? '', /: it does not answer in time; /);
});

test('nobody is asked about more than ten addresses, nor about private ones', async () => {
  const { texts, names } = lab(async (text) => told({ name: 'NET' }, text, text));
  await names(...Array.from({ length: 11 }, (_, n) => `192.0.2.${n}`));
  await names('10.1.2.3', '192.168.0.1', '127.0.0.1', 'fd00::1', 'fe80::1', '169.254.0.1');
  assert.deepEqual(texts, []);
});

test('what was told in time is there though another answer never comes', async () => {
  const { clock, names } = lab((text, signal) =>
    text === '192.0.2.1'
      ? Promise.resolve(told({ name: 'NET' }, '192.0.2.0', '192.0.2.255'))
      : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  const found = names('198.51.100.1', '192.0.2.1', '203.0.113.1', '192.0.2.2');
  await clock.advance(MICROS_PER_SECOND);
  assert.deepEqual(await found, ['192.0.2.1 NET']);
});
