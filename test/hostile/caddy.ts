/** Caddy 2.6 to 2.11: modules/caddyhttp/marshalers.go; zap writes JSON. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

function line(status: number, method = 'GET', credentials = '"Authorization":["REDACTED"],'): string {
  const request = `"remote_ip":"{peer}","remote_port":"4","client_ip":"{peer}","proto":"HTTP/2.0","method":"${method}","host":"{host}","uri":"/{uri}","headers":{${credentials}"User-Agent":["{agent}"]}`;
  return `{"level":"info","ts":1796000000.5,"logger":"http.log.access","msg":"handled request","request":{${request}},"bytes_read":0,"user_id":"","duration":0.1,"size":0,"status":${status},"resp_headers":{"Server":["Caddy"]}}`;
}

export const table: HostileTable = {
  line: 'web caddy[7]: ',
  transport: 'syslog',
  options: [{ mode: 'normal' }, { mode: 'aggressive' }],
  fields: {
    uri: { honest: 'x', write: escapeJson },
    agent: { honest: 'x', write: escapeJson },
    host: { honest: 'h', write: escapeJson },
  },
  messages: [
    { logs: [line(401)] },
    { logs: [line(401).replace('"client_ip":"{peer}",', '')] },
    { logs: [line(401, 'POST', '')] },
    { logs: [line(401, 'GET', '')], counts: ['aggressive'] },
    { logs: [line(403, 'GET', '')] },
    { logs: [line(200)], counts: [] },
    { logs: [line(404)], counts: ['aggressive'] },
  ],
};
