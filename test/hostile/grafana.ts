/** Grafana 8 and 11: pkg/middleware/loggermw/logger.go; values with blanks, quotes or = are quoted. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

function value(text: string): string {
  return /[\s"=\0-\u001f\u007f-\uffff]/.test(text) ? `"${escapeJson(text)}"` : text;
}

export const table: HostileTable = {
  line: 'mon grafana[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    name: { honest: '', write: value },
    referer: { honest: 'http://h/', write: value },
    path: { honest: 'x', write: value },
  },
  messages: [
    {
      logs: [
        'logger=context userId=0 orgId=0 uname={name} t=2026-11-28T20:00:00Z level=error msg="Invalid username or password" error="x" remote_addr={peer} traceID=',
      ],
    },
    {
      logs: [
        'logger=context userId=0 orgId=0 uname={name} t=2026-11-28T20:00:00Z level=info msg="Request Completed" method=POST path=/login status=401 remote_addr={peer} time_ms=2 duration=2ms size=1 referer={referer} handler=/login',
      ],
    },
    {
      logs: [
        'logger=context userId=0 orgId=0 uname={name} t=2026-11-28T20:00:00Z level=info msg="Request Completed" method=GET path={path} status=401 remote_addr={peer} time_ms=2 duration=2ms size=1 referer={referer} handler=/api/org status_source=server errorReason=Unauthorized errorMessageID=password-auth.failed error="x"',
      ],
    },
    {
      logs: [
        'logger=context userId=0 orgId=0 uname={name} t=2026-11-28T20:00:00Z level=info msg="Request Completed" method=GET path={path} status=401 remote_addr={peer} time_ms=2 duration=2ms size=1 referer={referer} handler=/api/org status_source=server errorReason=Unauthorized errorMessageID=auth.unauthorized error="x"',
      ],
      counts: [],
    },
    {
      logs: [
        'logger=context userId=0 orgId=0 uname={name} t=2026-11-28T20:00:00Z level=info msg="Request Completed" method=GET path={path} status=404 remote_addr={peer} time_ms=2 duration=2ms size=1 referer={referer} handler=/*',
      ],
      counts: [],
    },
  ],
};
