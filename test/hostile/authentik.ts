/** authentik 2024: authentik/events/models.py; structlog, JSONRenderer with sorted keys. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'sso authentik[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: escapeJson } },
  messages: [
    {
      logs: [
        '{"action": "login_failed", "auth_via": "unauthenticated", "client_ip": "{peer}", "context": {"username": "{user}"}, "event": "Created Event", "level": "info"}',
      ],
    },
    {
      logs: [
        '{"action": "invalid_identifier", "client_ip": "{peer}", "context": {"username": "{user}"}, "event": "invalid_login", "identifier": "{user}", "level": "warning"}',
      ],
    },
    {
      logs: [
        '{"action": "login", "auth_via": "session", "client_ip": "{peer}", "context": {"username": "{user}"}, "event": "Created Event", "level": "info"}',
      ],
      counts: [],
    },
  ],
};
