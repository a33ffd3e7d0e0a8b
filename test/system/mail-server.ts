/** A real SMTP server that keeps what comes, and loses its answers when it is to. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** Of the user f2b. */
export const PASSWORD = 'a password of ours';

/** A mail as it came: its headers with their values, and the whole of it. */
export interface Mail {
  readonly headers: ReadonlyMap<string, string>;
  readonly raw: string;
  readonly isSecure: boolean;
  readonly user: string | undefined;
  readonly recipients: readonly string[];
}

function mailOf(raw: string): Mail['headers'] {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  return new Map(
    head.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.replace(/^[^:]*: */, '')]),
  );
}

/** Text of quoted-printable, as far as these tests need it. */
export function decoded(raw: string): string {
  const bytes = raw
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

export class MailServer {
  readonly mails: Mail[] = [];
  /** After the mail was taken, the connection ends before the answer. */
  isCut = false;
  /** How often it did. */
  cuts = 0;
  readonly #server: SMTPServer;

  constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      ...options,
      onAuth: ({ username, password }, _session, done) =>
        username === 'f2b' && password === PASSWORD
          ? done(null, { user: username })
          : done(new Error('wrong password')),
      onData: (stream, session, done) => {
        let raw = '';
        stream.setEncoding('latin1').on('data', (text: string) => {
          raw += text;
        });
        stream.on('end', () => {
          const recipients = session.envelope.rcptTo.map(({ address }) => address);
          this.mails.push({ headers: mailOf(raw), raw, isSecure: session.secure, user: session.user, recipients });
          if (!this.isCut) return done();
          this.cuts += 1;
          this.#server.connections.forEach((connection) => void connection.close());
        });
      },
    });
    this.#server.on('error', () => {
      // What a client does wrong is told by the client.
    });
  }

  async listen(port = 0): Promise<number> {
    const server = this.#server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** Mails about an address. */
  about(address: string): readonly Mail[] {
    return this.mails.filter(({ raw }) => decoded(raw).includes(address));
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
