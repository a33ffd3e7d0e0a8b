/**
 * What the fleet's stream keeps a message for, as a subject: a host's ban of an address in a jail, a member, and
 * administrators' words. Invariant: what is read from a subject is written as the same subject.
 */
import { type Address, parseAddress } from '../../core/address/address.js';
import { isJailName, isMemberName } from '../../core/names.js';

export type Subject =
  | { readonly kind: 'ban'; readonly host: string; readonly jail: string; readonly address: Address }
  /** What a host tells of itself. */
  | { readonly kind: 'member'; readonly host: string }
  /** An administrator's ban of an address everywhere, or its end. */
  | { readonly kind: 'order'; readonly address: Address }
  /** That an administrator spares an address everywhere from bans of others, or no longer. */
  | { readonly kind: 'allowance'; readonly address: Address }
  /** All that the host banned before this is taken back. */
  | { readonly kind: 'withdrawal'; readonly host: string };

/** Everything in the stream. */
export const ALL_SUBJECTS = 'f2b.>';

/** What a host may publish under its own name, and what an administrator's host may besides. */
export function subjectsOf(host: string): readonly string[] {
  return [`f2b.ban.${token(host)}.*.*`, `f2b.member.${token(host)}`];
}

export const ADMINISTRATOR_SUBJECTS: readonly string[] = ['f2b.order.*', 'f2b.allowance.*', 'f2b.withdrawal.*'];

/** Every ban that a host published. */
export function bansOfHost(host: string): string {
  return `f2b.ban.${token(host)}.>`;
}

/** Longer than any subject that is written here. */
const LONGEST = 700;

/** Dots separate tokens, and `*` and `>` stand for others: whatever is not plain is written as `=` and its code. */
export function token(text: string): string {
  // Most have nothing else than dots, and there are many.
  if (/^[\w.-]*$/.test(text)) return text.replaceAll('.', '=2E');
  return text.replace(/[^A-Za-z0-9_-]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** What `token` wrote. */
export function plain(text: string): string {
  const dotted = text.replaceAll('=2E', '.');
  return dotted.includes('=') ? undone(text) : dotted;
}

function undone(text: string): string {
  return text.replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

export function subjectText(subject: Subject): string {
  switch (subject.kind) {
    case 'ban':
      return `f2b.ban.${token(subject.host)}.${token(subject.jail)}.${token(subject.address.text)}`;
    case 'order':
    case 'allowance':
      return `f2b.${subject.kind}.${token(subject.address.text)}`;
    case 'member':
    case 'withdrawal':
      return `f2b.${subject.kind}.${token(subject.host)}`;
  }
}

/** Undefined for what is no subject of ours. */
export function parseSubject(text: string): Subject | undefined {
  if (text.length > LONGEST) return undefined;
  const [root, kind, first = '', second, third, ...rest] = text.split('.');
  if (root !== 'f2b' || rest.length > 0) return undefined;
  if (kind === 'ban') return banSubject(first, second ?? '', third ?? '');
  return second === undefined ? subjectOf(kind, first) : undefined;
}

function banSubject(hostToken: string, jailToken: string, addressToken: string): Subject | undefined {
  const [host, jail, address] = [textOf(hostToken), textOf(jailToken), addressOf(addressToken)];
  if (host === undefined || jail === undefined || address === undefined) return undefined;
  return isMemberName(host) && isJailName(jail) ? { kind: 'ban', host, jail, address } : undefined;
}

function subjectOf(kind: string | undefined, only: string): Subject | undefined {
  switch (kind) {
    case 'order':
    case 'allowance': {
      const address = addressOf(only);
      return address === undefined ? undefined : { kind, address };
    }
    case 'member':
    case 'withdrawal': {
      const host = textOf(only);
      return host !== undefined && isMemberName(host) ? { kind, host } : undefined;
    }
    default:
      return undefined;
  }
}

/** Undefined for what `token` does not write. */
function textOf(written: string): string | undefined {
  if (/^[\w-]*$/.test(written)) return written;
  const text = plain(written);
  return token(text) === written ? text : undefined;
}

/** Undefined for what is not written as addresses are. */
function addressOf(written: string): Address | undefined {
  const text = textOf(written);
  const address = text === undefined ? undefined : parseAddress(text);
  return address?.text === text ? address : undefined;
}
