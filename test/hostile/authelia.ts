/** Authelia 4.38: internal/handlers/handler_firstfactor_password.go; logrus, TextFormatter and JSONFormatter. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'sso authelia[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: escapeJson } },
  messages: [
    {
      logs: [
        `time="2026-11-28T20:00:00Z" level=error msg="Unsuccessful 1FA authentication attempt by user '{user}'" method=POST path=/api/firstfactor remote_ip={peer}`,
      ],
    },
    {
      logs: [
        `{"level":"error","method":"POST","msg":"Unsuccessful 1FA authentication attempt by user '{user}'","path":"/api/firstfactor","remote_ip":"{peer}","time":"2026-11-28T20:00:00Z"}`,
      ],
    },
    {
      logs: [
        `time="2026-11-28T20:00:00Z" level=debug msg="Successful 1FA authentication attempt made by user '{user}'" method=POST path=/api/firstfactor remote_ip={peer}`,
      ],
      counts: [],
    },
  ],
};
