/** Webmin 2: miniserv.pl. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'panel webmin[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'root', write: (text) => text.replaceAll('\0', '') } },
  messages: [
    { logs: ['Invalid login as {user} from {peer}'] },
    { logs: ['Non-existent login as {user} from {peer}'] },
    { logs: ['Successful login as {user} from {peer}'], counts: [] },
  ],
};
