/** MinIO 2024: internal/logger/message/audit/entry.go; encoding/json of Go. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

const entry = (status: number) =>
  `{"version":"1","time":"2026-11-28T20:00:00Z","trigger":"incoming","api":{"name":"GetObject","bucket":"a","object":"{object}","status":"x","statusCode":${status},"rx":0,"tx":254},"remotehost":"{peer}","requestID":"17D2A0C1","userAgent":"{agent}","requestPath":"/a/{object}"}`;

export const table: HostileTable = {
  line: 's3 minio-audit[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { object: { honest: 'b', write: escapeJson }, agent: { honest: 'curl', write: escapeJson } },
  messages: [{ logs: [entry(403)] }, { logs: [entry(200)], counts: [] }],
};
