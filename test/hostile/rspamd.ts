/** Rspamd 3.4: controller.c. Clients choose no text of these messages. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'mx rspamd[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {},
  messages: [
    {
      logs: [
        '<d5e1a2>; csession; rspamd_controller_check_password: absent or incorrect password has been specified; source ip: {peer}',
      ],
    },
    {
      logs: [
        '(controller) rspamd_controller_check_password: absent or incorrect password has been specified; source ip: [{peer}]:40000',
      ],
    },
    {
      logs: [
        '<d5e1a2>; csession; rspamd_controller_check_password: absent password has been specified; source ip: {peer}',
      ],
      counts: [],
    },
  ],
};
