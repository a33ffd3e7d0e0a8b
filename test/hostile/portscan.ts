/** Linux 6.1 and 6.12: nf_log_syslog.c. Clients choose no text of these messages. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'host kernel: [12345.678901] ',
  transport: 'syslog',
  options: [{}],
  fields: {},
  messages: [
    {
      logs: [
        'filter_IN_public_REJECT: IN=eth0 OUT= MAC=52:54:00:00:00:01:52:54:00:00:00:02:08:00 SRC={peer} DST=203.0.113.1 LEN=40 TOS=0x00 PREC=0x00 TTL=245 ID=54321 PROTO=TCP SPT=40000 DPT=23 WINDOW=1024 RES=0x00 SYN URGP=0',
      ],
    },
    {
      logs: [
        'filter_IN_public_REJECT: IN=eth0 OUT= MAC=52:54:00:00:00:01:52:54:00:00:00:02:08:00 SRC={peer} DST=203.0.113.1 LEN=40 TOS=0x00 PREC=0x00 TTL=245 ID=54321 PROTO=TCP SPT=40000 DPT=23 WINDOW=1024 RES=0x00 ACK SYN URGP=0',
      ],
      counts: [],
    },
  ],
};
