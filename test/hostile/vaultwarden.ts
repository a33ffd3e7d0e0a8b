/**
 * Vaultwarden 1.32: src/api/identity.rs, src/api/admin.rs, src/main.rs. What a newline in a name does is said in
 * units/vaultwarden.conf.
 */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'pw vaultwarden[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') },
    path: { honest: 'x', write: (text) => encodeURI(text.replace(/[^\x20-\x7e]/g, '')) },
  },
  messages: [
    {
      logs: [
        '[2026-11-28 20:00:00.123][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: {peer}. Username: {user}.',
      ],
    },
    { logs: ['[2026-11-28 20:00:00.123][vaultwarden::api::admin][ERROR] Invalid admin token. IP: {peer}'] },
    {
      logs: [
        '[2026-11-28 20:00:00.123][vaultwarden::api::core::two_factor::authenticator][ERROR] Invalid TOTP code! Server time: 2026-11-28 20:00:00 UTC IP: {peer}',
      ],
    },
    { logs: ['[2026-11-28 20:00:00.123][request][INFO] POST /{path}'], counts: [] },
    {
      logs: [
        '[2026-11-28 20:00:00.123][vaultwarden::api::identity][INFO] User {user} logged in successfully. IP: {peer}',
      ],
      counts: [],
    },
  ],
};
