/** Readers of what only files of actions hold. */
import { hasBackwardRange } from '../../core/glob.js';
import type { FilterSpec } from '../../filter/filter.js';
import { parseFilterSpec } from '../../filter/filter-spec.js';
import { parseTemplate } from '../actions/template.js';
import { isLoopbackHost } from './loopback-host.js';
import { quoted } from './quoted.js';
import type { Reader } from './readers.js';
import { right, wrong } from './reading.js';

/** The name of a file in `actions`, without `.conf`: it stands in log lines and in paths. */
export const actionName: Reader<string> = (text) =>
  /^[\w@][\w.@-]{0,63}$/.test(text) && !text.endsWith('.conf')
    ? right(text)
    : wrong(
        `${quoted(text)} cannot be the name of an action`,
        'write the name of a file in /etc/f2b/actions, without .conf',
      );

/** One of fail2ban's action files and its options, as in its `action`; whether it exists is found out later. */
export const actionSpec: Reader<FilterSpec> = (text) => {
  const { value } = parseFilterSpec(text);
  if (value !== undefined && /^[\w.-]+$/.test(value.name)) return right(value);
  const hint = 'write a name, then options in brackets: iptables-multiport[name=sshd, port="ssh"]';
  return wrong(`${quoted(text)} does not name an action of fail2ban`, hint);
};

/** A jail's name, globs allowed. */
export const jailPattern: Reader<string> = (text) =>
  hasBackwardRange(text)
    ? wrong(`${quoted(text)} has a range that ends before it starts`, 'write its lower end first, such as [0-9]')
    : right(text);

/** How systemd names a credential; a path would reach other files. */
export const credentialName: Reader<string> = (text) =>
  /^\w[\w.@-]{0,63}$/.test(text)
    ? right(text)
    : wrong(
        `${quoted(text)} is not the name of a credential`,
        'a secret comes from LoadCredential=NAME:PATH of f2b-actiond.service, and here stands NAME',
      );

/** An http or https address without a name and password in it: those would be in the file. */
export const httpUrl: Reader<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return wrong(`${quoted(text)} is not an address of the web`, 'write https://HOST/PATH');
  }
  if (url.username !== '' || url.password !== '') {
    return wrong('the address has a password in it', 'everybody may read this file: use Token= or URLCredential=');
  }
  return right(text);
};

/** Where an RDAP server answers: what it says, and whom we ask about, is for nobody on the way. */
export const rdapUrl: Reader<string> = (text) => {
  const read = httpUrl(text);
  if (!read.ok) return read;
  const { protocol, hostname } = new URL(text);
  // The URL forgets a ? or # with nothing behind it.
  if (/[?#]/.test(text))
    return wrong(
      `${quoted(text)} has more than a path`,
      'write https://HOST or https://HOST/PATH: /ip/ADDRESS is added',
    );
  return protocol === 'https:' || isLoopbackHost(hostname)
    ? right(text)
    : wrong(`${quoted(text)} is not encrypted`, 'write https://HOST; http is for a server on this machine alone');
};

/** Where mail is handed in: `smtp://HOST[:PORT]`, `smtps://HOST[:PORT]` or `sendmail`. */
export type MailServer =
  | { readonly kind: 'sendmail' }
  | { readonly kind: 'smtp'; readonly host: string; readonly port: number; readonly isTls: boolean };

export const mailServer: Reader<MailServer> = (text) => {
  if (text === 'sendmail') return right({ kind: 'sendmail' });
  const hint = 'write smtp://HOST:PORT, smtps://HOST:PORT or sendmail; a name and password go into User= and Password=';
  const [, scheme = '', bracketed, plain, port = ''] =
    /^(smtps?):\/\/(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) return wrong(`${quoted(text)} is not a mail server`, hint);
  const isTls = scheme === 'smtps';
  return right({ kind: 'smtp', host, port: port === '' ? (isTls ? 465 : 25) : Number(port), isTls });
};

/** One address, without a name beside it. RFC 5321's limit is 254 characters. */
export const mailAddress: Reader<string> = (text) =>
  /^[\w.!#$%&'*+/=?^`{|}~-]+(?:@[\w.-]+)?$/.test(text) && text.length <= 254
    ? right(text)
    : wrong(`${quoted(text)} is not a mail address`, 'write root, or NAME@HOST; several with blanks between them');

/** A JSON text whose strings may hold `{{value}}`. */
export const jsonTemplate: Reader<string> = (text) => {
  const { problem } = parseTemplate(text);
  return problem === undefined ? right(text) : wrong(`${quoted(text)}: ${problem.message}`, problem.hint);
};
