/** Oracle Messaging Server 8, LOG_FORMAT=4: XML, with quotes escaped. */
import type { HostileTable } from '../support/hostile/table.js';

function xml(text: string): string {
  return text.replace(/[^ -~]/g, '?').replace(/["&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

export const table: HostileTable = {
  line: '',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna@example.org', max: 250, write: xml },
  },
  messages: [
    {
      logs: [
        '<co ts="2026-01-01T10:00:00.99" pi="72aa.17f0.25622" sc="tcp_local" dr="+" ac="U" tr="TCP|192.0.2.9|25|{peer}|4299" ap="SMTP" mi="Bad password" us="{user}" di="535 5.7.8 Bad username or password (Authentication failed)."/>',
      ],
    },
    {
      logs: [
        '<co ts="2026-01-01T10:00:00.99" pi="72aa.17f0.25622" sc="tcp_local" dr="+" ac="U" tr="TCP|192.0.2.9|25|{peer}|4299" ap="SMTP" mi="Authentication successful" us="{user}" di="235 2.7.0 LOGIN authentication successful."/>',
      ],
      counts: [],
    },
  ],
};
