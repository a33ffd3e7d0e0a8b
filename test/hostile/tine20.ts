/** Tine 2.0 2013: Tinebase/Controller.php. What a newline in a name does is said in units/tine20.conf. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'crm tine20[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    {
      logs: [
        '78017 00cff -- none -- - 2026-11-28T20:00:00+00:00 WARN (4): Tinebase_Controller::login::106 Login with username {user} from {peer} failed (-1)!',
      ],
    },
    {
      logs: ['78017 00cff -- none -- - 2026-11-28T20:00:00+00:00 DEBUG (7): Tinebase_Controller::login::90 {user}'],
      counts: [],
    },
  ],
};
