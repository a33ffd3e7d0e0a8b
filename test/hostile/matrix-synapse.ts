/** Matrix Synapse 1.160: synapse/http/site.py. What is not ASCII of a header or path is replaced or refused; headers are lines. */
import type { HostileTable } from '../support/hostile/table.js';

function header(text: string): string {
  return text.replace(/[\r\n\0]/g, '').replace(/[^\0-\x7f]/g, '\ufffd');
}

function path(text: string): string {
  return text.replace(/[\s\0]/g, '').replace(/[^\0-\x7f]/g, '\ufffd');
}

const took = '0.213sec/0.001sec ru=(0.204sec, 0.004sec) db=(0.001sec/0.003sec/4)';
const request = (method: string, status: number, where: string) =>
  `synapse.access.http.8008: [${method}-12] {peer} - 8008 - {requester} Processed request: ${took} 69B ${status} "${method} ${where} HTTP/1.1" "{agent}" [0 dbevts]`;

export const table: HostileTable = {
  line: 'mx synapse[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    // Nobody is logged in yet.
    requester: { honest: '', write: () => '{None}' },
    path: { honest: 'x', write: path },
    agent: { honest: 'Element', write: header },
  },
  messages: [
    { logs: [request('POST', 403, '/_matrix/client/v3/login')] },
    { logs: [request('POST', 403, '/_matrix/client/v3/login?{path}')] },
    { logs: [request('GET', 404, '/{path}')], counts: [] },
    { logs: [request('PUT', 403, '/_matrix/client/v3/rooms/{path}')], counts: [] },
  ],
};
