/** An action as its files have it, whole and checked. */
import type { DenylistFormat, WebhookFormat } from '../keys/action-keys.js';
import type { MailServer } from '../values/action-readers.js';
import type { ActionFile } from './fail2ban/properties.js';
import type { Json } from './template.js';

/** What every action has. Durations in µs. */
export interface ActionCommon {
  readonly name: string;
  /** Kinds of events. */
  readonly on: readonly string[];
  /** Globs of jails' names; empty: all. */
  readonly jails: readonly string[];
  readonly every: number;
  readonly batch: number;
  readonly limit: number;
  readonly timeout: number;
}

/** A program and its arguments. */
export type Argv = readonly string[];

export interface CommandAction extends ActionCommon {
  readonly type: 'command';
  readonly commands: Readonly<
    Record<'ban' | 'unban' | 'flush' | 'event' | 'start' | 'stop' | 'check' | 'repair', Argv | undefined>
  >;
}

export interface WebhookAction extends ActionCommon {
  readonly type: 'webhook';
  readonly format: WebhookFormat;
  /** Where to; undefined when a credential holds it, or the form knows it. */
  readonly url: string | undefined;
  /** Names of credentials. */
  readonly urlCredential: string | undefined;
  readonly token: string | undefined;
  readonly secret: string | undefined;
  readonly recipient: string | undefined;
  readonly template: Json | undefined;
  readonly categories: readonly number[];
}

export interface MailAction extends ActionCommon {
  readonly type: 'mail';
  readonly to: readonly string[];
  readonly from: string | undefined;
  readonly server: MailServer;
  readonly user: string | undefined;
  /** The name of a credential. */
  readonly password: string | undefined;
  /** The address of the RDAP server that is asked about networks; undefined when none is to be. */
  readonly rdapServer: string | undefined;
}

export interface DenylistAction extends ActionCommon {
  readonly type: 'denylist';
  readonly path: string;
  readonly format: DenylistFormat;
  readonly reload: Argv | undefined;
  /** HAProxy's runtime socket. */
  readonly socket: string | undefined;
}

export interface Fail2banAction extends ActionCommon {
  readonly type: 'fail2ban';
  readonly file: ActionFile;
}

export type ActionConfig = CommandAction | WebhookAction | MailAction | DenylistAction | Fail2banAction;
