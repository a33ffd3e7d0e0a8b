/** Elasticsearch 8: LoggingAuditTrail.java. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'db elasticsearch[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'elastic', max: 500, write: escapeJson },
  },
  messages: [
    {
      logs: [
        '{"type":"audit", "timestamp":"2026-01-01T10:00:00,123+0000", "cluster.name":"es", "node.name":"n1", "node.id":"x", "event.type":"rest", "event.action":"authentication_failed", "user.name":"{user}", "origin.type":"rest", "origin.address":"{peer}:40000", "url.path":"/", "request.method":"GET", "request.id":"y"}',
      ],
    },
    {
      logs: [
        '{"type":"audit", "timestamp":"2026-01-01T10:00:00,123+0000", "cluster.name":"es", "node.name":"n1", "node.id":"x", "event.type":"rest", "event.action":"authentication_success", "user.name":"{user}", "origin.type":"rest", "origin.address":"{peer}:40000", "url.path":"/", "request.method":"GET", "request.id":"y"}',
      ],
      counts: [],
    },
  ],
};
