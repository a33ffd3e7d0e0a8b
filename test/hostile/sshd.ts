/** OpenSSH 9.2 and 10: log.c, auth.c, auth2.c, auth-pam.c, packet.c, kex.c, sshd.c and sshd-session.c. */
import type { HostileTable } from '../support/hostile/table.js';
import { vis } from '../support/hostile/vis.js';

/** What the unprivileged child logs is written by it once and by the monitor once more. */
const child = (text: string): string => vis(vis(text));
const peer = '{peer} port 50022';
const invalid = `Invalid user {user} from ${peer}`;

export const table: HostileTable = {
  line: 'host sshd-session[4711]: ',
  transport: 'syslog',
  limit: 500,
  options: [
    ...['normal', 'ddos', 'extra', 'aggressive'].map((mode) => ({ mode })),
    { mode: 'aggressive', publickey: 'any' },
  ],
  fields: {
    user: { honest: 'oracle', max: 100, write: vis },
    childUser: { of: 'user', honest: 'oracle', max: 187, write: child },
    knownUser: { honest: 'root', max: 0 },
    keyId: { honest: 'alice@example.org', write: vis },
    reason: { honest: 'Bye Bye', max: 400, write: child },
    banner: { honest: 'GET / HTTP/1.1', max: 256, write: child },
    service: { honest: 'ssh-x', max: 80, write: child },
    firstService: { honest: 'ssh-connection', max: 54, write: child },
    method: { honest: 'hmac-md5', max: 300, write: child },
    hostUser: { honest: 'ben', max: 100, write: vis },
    hostName: { honest: 'lap.example.org', max: 100, write: vis },
  },
  messages: [
    { logs: [invalid] },
    { logs: [`Failed password for invalid user {user} from ${peer} ssh2`] },
    { logs: [invalid, `Failed password for invalid user {user} from ${peer} ssh2`] },
    { logs: [invalid, `Connection closed by invalid user {childUser} ${peer} [preauth]`] },
    { logs: [invalid, `Connection reset by invalid user {childUser} ${peer} [preauth]`] },
    { logs: [invalid, `Disconnected from invalid user {childUser} ${peer} [preauth]`] },
    { logs: [`Connection closed by invalid user {childUser} ${peer} [preauth]`], counts: ['ddos', 'aggressive'] },
    { logs: [`Disconnected from invalid user {childUser} ${peer} [preauth]`], counts: ['extra', 'aggressive'] },
    { logs: [`Failed keyboard-interactive/pam for invalid user {user} from ${peer} ssh2`] },
    { logs: [`Failed none for invalid user {user} from ${peer} ssh2`] },
    {
      logs: ['error: PAM: User not known to the underlying authentication module for illegal user {user} from {peer}'],
    },
    { logs: ['error: PAM: Authentication failure for root from {peer}'] },
    { logs: [`Failed publickey for invalid user {user} from ${peer} ssh2: RSA SHA256:AbCdEf0123`] },
    {
      logs: [
        `Failed publickey for invalid user {user} from ${peer} ssh2: RSA-CERT SHA256:AbC ID {keyId} (serial 0) CA RSA SHA256:dEf`,
      ],
    },
    {
      logs: [
        `Connection from ${peer} on 192.0.2.1 port 22 rdomain ""`,
        `Failed publickey for root from ${peer} ssh2: RSA-CERT SHA256:AbC ID {keyId} (serial 0) CA RSA SHA256:dEf`,
        `Failed password for root from ${peer} ssh2`,
      ],
    },
    {
      logs: [
        `Failed hostbased for invalid user {user} from ${peer} ssh2: ED25519 SHA256:AbC, client user "{hostUser}", client host "{hostName}"`,
      ],
    },
    { logs: [`error: maximum authentication attempts exceeded for invalid user {user} from ${peer} ssh2 [preauth]`] },
    { logs: [`Disconnecting invalid user {childUser} ${peer}: Too many authentication failures [preauth]`] },
    {
      logs: [
        `Disconnecting invalid user {childUser} ${peer}: Change of username or service not allowed: ({childUser},ssh-connection) -> ({childUser},ssh-connection) [preauth]`,
      ],
      counts: ['normal', 'ddos', 'extra', 'aggressive'],
    },
    {
      // What is disconnected for is cut off after 100 bytes (packet.c).
      logs: [
        `Disconnecting invalid user x ${peer}: Change of username or service not allowed: (x,{firstService} [preauth]`,
      ],
      counts: ['normal', 'ddos', 'extra', 'aggressive'],
    },
    { logs: [`Disconnecting ${peer}: bad service request {service} [preauth]`], counts: [] },
    { logs: [`Disconnecting authenticating user root ${peer}: bad service request {service} [preauth]`], counts: [] },
    {
      logs: [`Disconnecting invalid user {childUser} ${peer}: bad service request {service} [preauth]`],
      counts: [],
    },
    { logs: [`Received disconnect from ${peer}:11: {reason} [preauth]`], counts: [] },
    { logs: [`Received disconnect from ${peer}:14: {reason} [preauth]`], counts: ['extra', 'aggressive'] },
    { logs: [`Received disconnect from ${peer}:3: com.jcraft.jsch.JSchException: Auth fail [preauth]`] },
    {
      logs: [
        'error: kex_exchange_identification: client sent invalid protocol identifier "{banner}"',
        `banner exchange: Connection from ${peer}: invalid format`,
      ],
      counts: ['ddos', 'aggressive'],
    },
    { logs: [`Bad protocol version identification '{banner}' from ${peer}`], counts: ['ddos', 'aggressive'] },
    { logs: [`scanned from ${peer} with SSH-2.0-{banner}.  Don't panic.`], counts: ['ddos', 'aggressive'] },
    {
      logs: [`Unable to negotiate with ${peer}: no matching MAC found. Their offer: {method} [preauth]`],
      counts: ['extra', 'aggressive'],
    },
    {
      logs: [
        `Unable to negotiate with invalid user {childUser} ${peer}: no matching MAC found. Their offer: {method} [preauth]`,
      ],
      counts: [],
    },
    { logs: [`Connection from invalid user {childUser} ${peer} timed out [preauth]`], counts: ['ddos', 'aggressive'] },
    { logs: [`administratively prohibited connection for invalid user {user} from ${peer}`] },
    { logs: [invalid, `administratively prohibited connection for invalid user {user} from ${peer}`] },
    {
      logs: [
        '/home/ben/.ssh/authorized_keys:3: Authentication tried for ben with correct key but not from a permitted host (host=lap.example.org, ip={peer}, required=192.0.2.0/24).',
      ],
    },
    {
      logs: [
        `ssh_dispatch_run_fatal: Connection from invalid user {childUser} ${peer}: message authentication code incorrect [preauth]`,
      ],
      counts: ['ddos', 'aggressive'],
    },
    { logs: ["error: Bad remote protocol version identification: '{banner}'"], counts: [] },
    { logs: [invalid, 'fatal: Access denied for user {user} by PAM account configuration [preauth]'] },
    { logs: [`Postponed keyboard-interactive for invalid user {user} from ${peer} ssh2 [preauth]`], counts: [] },
    {
      logs: [
        `Accepted publickey for root from ${peer} ssh2: RSA-CERT SHA256:AbC ID {keyId} (serial 0) CA RSA SHA256:dEf`,
      ],
    },
    { logs: [`User {knownUser}root from {peer} not allowed because not listed in AllowUsers`] },
  ],
};
