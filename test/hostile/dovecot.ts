/** Dovecot 2.3 and 2.4: login-common/client-common.c, auth/auth-request.c, and PAM. */
import type { HostileTable } from '../support/hostile/table.js';

/** str_sanitize(): control characters become question marks. auth_username_chars is empty, the worst case. */
function sanitized(text: string): string {
  return text.replace(/[\0-\u001f\u007f\ufffd]/g, '?');
}

/**
 * auth_username_chars as it is unless set. What is looked up without a client (LMTP, LDA) has no address in the message:
 * there a name with commas would be all of another's, which units/dovecot.conf warns of.
 */
function allowed(text: string): string {
  return text.replace(/[^\w.@-]/g, '');
}

const login = 'user=<{loginUser}>, method=PLAIN, rip={peer}, lip=10.0.0.1, TLS, session=<AbCdEf0123456789>';

export const table: HostileTable = {
  line: 'mx dovecot[7]: ',
  transport: 'syslog',
  limit: 4096,
  options: [{ mode: 'normal' }, { mode: 'aggressive' }],
  fields: {
    user: { honest: 'anna', max: 64, write: sanitized },
    loginUser: { of: 'user', honest: 'anna', max: 80, write: sanitized },
    password: { honest: 'xxx', write: sanitized },
    lookedUp: { of: 'user', honest: 'anna', max: 64, write: allowed },
    pamUser: { of: 'user', honest: 'anna', write: sanitized },
  },
  messages: [
    { logs: [`imap-login: Disconnected (auth failed, 1 attempts in 2 secs): ${login}`] },
    {
      logs: [
        `imap-login: Login aborted: Connection closed (auth failed, 1 attempts in 2 secs) (auth_failed): ${login}`,
      ],
    },
    {
      logs: [
        `imap-login: Login: user=<{loginUser}>, method=PLAIN, rip={peer}, lip=10.0.0.1, mpid=7, TLS, session=<Ab>`,
      ],
      counts: [],
    },
    { logs: ['auth: passwd-file({user},{peer},<hAbCdEfGhIjKlMnO>): unknown user'] },
    { logs: ['auth: sql({user},{peer},<hAbCdEfGhIjKlMnO>): Password mismatch (given password: {password})'] },
    {
      logs: [
        'auth-worker(31): Info: conn unix:auth-worker (pid=30,uid=110): auth-worker<7>: sql({user},{peer}): Password mismatch',
      ],
    },
    {
      logs: [
        'auth-worker(31): pam({user},{peer}): pam_authenticate() failed: Authentication failure (Password mismatch?) (given password: {password})',
      ],
    },
    { logs: ['auth({user},{peer},sasl:plain)<hAbCdEfGhIjKlMnO>: sql: Password mismatch (given password: {password})'] },
    { logs: ['auth({user},{peer},sasl:login)<CvN>: passwd-file: unknown user'] },
    {
      logs: [
        'auth-worker({user},{peer},sasl:plain)<77><CvN>: request [3]: pam: pam_authenticate() failed: Authentication failure (Password mismatch?)',
      ],
    },
    {
      logs: [
        'auth-worker({user},{peer})<4076><vloe/mRh/a7AAAJu>: request [48]: pam: pam_authenticate() failed: Authentication failure (Password mismatch?)',
      ],
    },
    {
      logs: ['auth-worker({user},{peer})<4076>: request [49]: sql: Password mismatch (given password: {password})'],
    },
    { logs: ['auth-worker({user},{peer})<4076>: request [50]: sql: unknown user'], counts: [] },
    { logs: ['auth-worker({lookedUp})<4076>: request [51]: sql: unknown user'], counts: [] },
    { logs: ['auth({lookedUp}): sql: unknown user'], counts: [] },
    { logs: ['auth({lookedUp})<CvN>: sql: unknown user (given password: {password})'], counts: [] },
    { logs: ['auth({user},{peer},sasl:plain): sql: Password mismatch (given password: {password})'] },
    { logs: ['auth: sql({lookedUp}): unknown user'], counts: [] },
    {
      logs: [
        'pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser={pamUser} rhost={peer}  user={pamUser}',
      ],
    },
    {
      logs: [
        'pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser={pamUser} rhost={peer} ',
      ],
    },
    {
      logs: [
        'imap-login: Disconnected (no auth attempts in 0 secs): user=<>, rip={peer}, lip=10.0.0.1, TLS handshaking: SSL_accept() failed: error:0A000102, session=<a>',
      ],
      counts: ['aggressive'],
    },
  ],
};
