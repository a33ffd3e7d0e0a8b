/** Froxlor 2.0: index.php, lib/Froxlor/FroxlorLogger.php. */
import type { HostileTable } from '../support/hostile/table.js';

/** PHP writes it as it is, with syslog.filter=raw as the jail asks for. */
export const table: HostileTable = {
  line: 'panel Froxlor[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'anna' } },
  messages: [
    { logs: ["[Login Action {peer}] Unknown user '{user}' tried to login."] },
    { logs: ["[Login Action {peer}] User '{user}' tried to login with wrong password."] },
    { logs: ['[User Action {user}] changed password'], counts: [] },
  ],
};
