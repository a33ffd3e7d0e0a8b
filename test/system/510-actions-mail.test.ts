/** f2b-actiond and real SMTP servers: with TLS and logins, away for a while, and with a storm to tell of. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { SMTPServerOptions } from 'smtp-server';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { aBan, anAddress } from '../fakes/values.js';
import { libraryPath, missingJournalRemote, writeJournal } from '../support/journal-files.js';
import { listening } from '../support/listening.js';
import { encodeMmdb, encodeValue } from '../support/mmdb.js';
import { until } from '../support/process.js';
import { ActionsLab, addressOf } from './actions-lab.js';
import { decoded, type Mail, MailServer, PASSWORD } from './mail-server.js';

/** As a registry has it. */
const NETWORK = {
  objectClassName: 'ip network',
  ...{ name: 'EXAMPLE <b>NET</b>', handle: 'NET-192-0-2', country: 'DE' },
  entities: [{ roles: ['abuse'], vcardArray: ['vcard', [['email', {}, 'text', 'abuse@example.net']]] }],
};

describe('f2b-actiond tells by mail', { skip: missingJournalRemote ?? false }, () => {
  let lab: ActionsLab;
  let plain: MailServer;
  let secure: MailServer;
  let started: MailServer;
  const servers: MailServer[] = [];
  const listen = async (options: SMTPServerOptions): Promise<readonly [MailServer, number]> => {
    const server = new MailServer(options);
    servers.push(server);
    return [server, await server.listen()];
  };
  const ban = (address: string, more: object = {}) =>
    lab.tell({ kind: 'ban', ban: aBan({ address: anAddress(address), ...more }) });
  const arrived = (server: MailServer, address: string) =>
    until(`a mail about ${address}`, () => server.about(address).at(-1));

  const registryServer = createServer(({ url }, response) => {
    if (url?.startsWith('/ip/192.0.2.')) response.end(JSON.stringify(NETWORK));
  });

  before(async () => {
    lab = new ActionsLab();
    const [key, cert] = [join(lab.folder, 'key.pem'), join(lab.folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
    const keyOptions = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...keyOptions, ...subject, '-keyout', key, '-out', cert], {
      stdio: 'pipe',
    });
    const tls = { key: readFileSync(key), cert: readFileSync(cert) };
    const [one, onePort] = await listen({ authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'] });
    const [two, twoPort] = await listen({ secure: true, ...tls });
    const [three, threePort] = await listen({ ...tls });
    [plain, secure, started] = [one, two, three];
    const owner = encodeValue({ autonomous_system_number: 64_496, autonomous_system_organization: 'Example <Net>' });
    const place = encodeValue({ country: { iso_code: 'DE' } });
    for (const [type, record] of [
      ['Country', place],
      ['ASN', owner],
    ] as const) {
      lab.configure(`geoip/${type}.mmdb`, encodeMmdb([[anAddress('192.0.2.0/24'), record]], { type }));
    }
    lab.configure('f2bd.conf.d/geoip.conf', `[Agent]\nGeoIPDirectory=${join(lab.folder, 'etc/geoip')}\n`);
    lab.secret('password', PASSWORD);
    lab.secret('wrong', 'another one');
    const common = 'Type=mail\nTo=root@mail.example\nEvery=1s\nJails=ssh.service';
    const stormy = 'Type=mail\nTo=root@mail.example\nEvery=5s\nJails=storm';
    lab.action('plain', `${common}\nServer=smtp://localhost:${onePort}\nFrom=guard@mail.example`);
    lab.action('secure', `${common}\nServer=smtps://localhost:${twoPort}\nUser=f2b\nPassword=password`);
    lab.action('started', `${common}\nServer=smtp://localhost:${threePort}\nUser=f2b\nPassword=password`);
    lab.action('refused', `${common}\nServer=smtps://localhost:${twoPort}\nUser=f2b\nPassword=wrong\nOn=ban`);
    lab.action('other', `${common}\nServer=smtps://127.0.0.1:${twoPort}\nUser=f2b\nPassword=password\nOn=ban`);
    const registry = await listening(registryServer);
    const asking = `Whois=yes\nServer=smtp://localhost:${onePort}\nRDAPServer=http://127.0.0.1:${registry}`;
    const asked = 'Type=mail\nTo=root@mail.example\nEvery=1s';
    lab.action('asking', `${asked}\n${asking}\nJails=asked`);
    lab.action('unanswered', `${asked}\n${asking}\nJails=unanswered\nTimeout=8s`);
    lab.action('storm', `${stormy}\nServer=smtp://localhost:${onePort}`);
    writeJournal(lab.journalFile, [
      {
        receivedAt: Date.now() * 1_000,
        fields: { MESSAGE: 'Failed password for <b>root</b>', SYSLOG_IDENTIFIER: 'sshd' },
      },
    ]);
    await lab.start({ NODE_EXTRA_CA_CERTS: cert });
  });
  after(async () => {
    await lab.remove();
    registryServer.closeAllConnections();
    registryServer.close();
    await Promise.all(servers.map((server) => server.close()));
  });

  test('in text and HTML, with the entries behind the ban', async () => {
    const journal = openJournal({
      library: openLibrary(libraryPath),
      directory: join(lab.folder, 'journal'),
      matches: [],
      fields: [],
    });
    const [entry] = journal.read(1);
    journal.close();
    ban('192.0.2.10', { evidence: [entry?.cursor ?? ''] });
    const { headers, raw, recipients } = await arrived(plain, '192.0.2.10');
    assert.deepEqual(recipients, ['root@mail.example']);
    assert.match(headers.get('from') ?? '', /<guard@mail\.example>$/);
    assert.equal(headers.get('auto-submitted'), 'auto-generated');
    assert.match(headers.get('content-type') ?? '', /^multipart\/alternative/);
    const text = decoded(raw);
    assert.match(text, /sshd: Failed password for <b>root<\/b>/);
    assert.match(text, /sshd: Failed password for &lt;b&gt;root&lt;\/b&gt;/);
  });

  test('with the country and the network owner of whom is banned', async () => {
    const text = decoded((await arrived(plain, '192.0.2.10')).raw);
    assert.match(text, /^ {2}DE, AS64496 Example <Net>\r?$/m);
    assert.match(text, /<br>DE, AS64496 Example &lt;Net&gt;/);
  });

  test('with what the registry says of the network, and in time when it says nothing', async () => {
    ban('198.51.100.40', { jail: 'unanswered' });
    let last = 40;
    // A mail waits for the registry for five seconds, which is not enough on any machine.
    const answered = await until(
      'a mail with what the registry says',
      async () => {
        last += 1;
        ban(`192.0.2.${last}`, { jail: 'asked' });
        const text = decoded((await arrived(plain, `192.0.2.${last}`)).raw);
        return text.includes('registered network') ? text : undefined;
      },
      120,
    );
    assert.match(answered, /^ {2}registered network EXAMPLE <b>NET<\/b>, NET-192-0-2, DE, abuse@example\.net\r?$/m);
    assert.match(answered, /<br>registered network EXAMPLE &lt;b&gt;NET&lt;\/b&gt;, NET-192-0-2, DE, abuse/);
    await arrived(plain, '198.51.100.40');
    assert.equal((await lab.statusOf('unanswered')).lastError, undefined);
  });

  test('over TLS with a login, from the beginning or by STARTTLS', async () => {
    for (const server of [secure, started]) {
      const { isSecure, user } = await arrived(server, '192.0.2.10');
      assert.deepEqual([isSecure, user], [true, 'f2b']);
    }
  });

  test('and says why not when the password or the certificate is wrong, and not the password', async () => {
    for (const [name, reason] of [
      ['refused', /wrong password|535/i],
      ['other', /cert|altnames/i],
    ] as const) {
      const status = await until(`${name} fails`, async () => {
        const found = await lab.statusOf(name);
        return found.state === 'failing' ? found : undefined;
      });
      assert.match(status.lastError ?? '', reason);
    }
    assert.ok(!lab.log.includes('another one') && !lab.log.includes(PASSWORD));
  });

  test('with nothing of what an attacker chose beginning a header', async () => {
    const reason = 'x\r\nBcc: evil@example.org\r\nSubject: won\r\n\r\n<script>alert(1)</script>';
    ban('192.0.2.20', { origin: 'manual', reason });
    const { headers, raw, recipients } = await arrived(plain, '192.0.2.20');
    assert.equal(headers.has('bcc'), false);
    assert.match(headers.get('subject') ?? '', /^\[f2b\]|^=\?/);
    assert.deepEqual(recipients, ['root@mail.example']);
    assert.equal(raw.match(/^Subject:/gim)?.length, 1);
    assert.doesNotMatch(decoded(raw).split(/content-type: text\/html/i)[1] ?? '', /<script/);
  });

  test('in few mails with numbers when there is a storm', async () => {
    const bans = Array.from({ length: 300 }, (_, n) => aBan({ jail: 'storm', address: addressOf(n) }));
    lab.tell(...bans.map((ban) => ({ kind: 'ban' as const, ban })));
    // One mail may tell of a single ban, and then it has no numbers.
    const countIn = ({ raw }: Mail) => Number(/^(\d+) bans? of/m.exec(decoded(raw))?.[1] ?? 1);
    const told = () => plain.mails.filter(({ raw }) => decoded(raw).includes('storm'));
    const all = () => told().reduce((sum, mail) => sum + countIn(mail), 0);
    await until('all of it is told', () => (all() >= bans.length ? true : undefined));
    const mails = told();
    assert.ok(mails.length <= 5, `${mails.map(countIn)}`);
    const largest = mails.find((mail) => countIn(mail) === Math.max(...mails.map(countIn)));
    assert.match(decoded(largest?.raw ?? ''), /bans of \d+ addresses.*storm: \d+ bans/s);
  });

  test('again, with the same Message-ID, when the answer was lost', async () => {
    plain.isCut = true;
    ban('192.0.2.30');
    await until('it fails', async () => ((await lab.statusOf('plain')).state === 'failing' ? true : undefined));
    plain.isCut = false;
    await until('all is well', async () => ((await lab.statusOf('plain')).state === 'ok' ? true : undefined));
    const ids = plain.about('192.0.2.30').map(({ headers }) => headers.get('message-id'));
    assert.ok(ids.length >= 2);
    assert.equal(new Set(ids).size, 1);
  });
});
