/** OpenLDAP 2.5: connection.c, bind.c, result.c. */
import type { HostileTable } from '../support/hostile/table.js';

function oneLine(text: string): string {
  return text.replace(/[\n\0]/g, ' ');
}

export const table: HostileTable = {
  line: 'ldap slapd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    name: { honest: 'cn=admin', max: 500, write: oneLine },
  },
  messages: [
    {
      logs: [
        'conn=1 fd=12 ACCEPT from IP={peer}:40000 (IP=0.0.0.0:389)',
        'conn=1 op=0 BIND dn="{name}" method=128',
        'conn=1 op=0 RESULT tag=97 err=49 qtime=0.000011 etime=0.000151 text=',
      ],
    },
    {
      logs: [
        'conn=1 fd=12 ACCEPT from IP={peer}:40000 (IP=0.0.0.0:389)',
        'conn=1 op=1 SRCH base="{name}" scope=2 deref=0 filter="({name})"',
      ],
      counts: [],
    },
  ],
};
