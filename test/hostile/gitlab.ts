/** GitLab 16: config/initializers/warden.rb, lib/gitlab/json_logger.rb. What a newline in a name does to its text is said in units/gitlab.conf. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'git gitlab[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'anna', write: escapeJson },
    name: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') },
    path: { honest: 'x', write: escapeJson },
  },
  messages: [
    {
      logs: [
        '{"severity":"INFO","time":"2026-11-28T20:00:00.000Z","correlation_id":"01","message":"Failed Login: username={user} ip={peer}"}',
      ],
    },
    { logs: ['2026-11-28T20:00:00.000Z: Failed Login: username={name} ip={peer}'] },
    { logs: ['2026-11-28T20:00:00.000Z: Failed Login: user=anna ip={peer} method=OTP'] },
    {
      logs: [
        '{"severity":"INFO","time":"2026-11-28T20:00:00.000Z","correlation_id":"01","message":"Rack_Attack","env":"blocklist","remote_ip":"{peer}","request_method":"GET","path":"/{path}"}',
      ],
    },
    {
      logs: [
        '{"method":"POST","path":"/users/sign_in","format":"html","controller":"SessionsController","action":"create","status":0,"time":"2026-11-28T20:00:00.195Z","params":[{"key":"user","value":{"login":"{user}","{path}":"{user}"}}],"correlation_id":"02","remote_ip":"{peer}","ua":"{user}","duration_s":0.01}',
      ],
    },
    {
      logs: [
        '{"severity":"INFO","time":"2026-11-28T20:00:00.000Z","correlation_id":"01","message":"User {user} was created"}',
      ],
      counts: [],
    },
  ],
};
