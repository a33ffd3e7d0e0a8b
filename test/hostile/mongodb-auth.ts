/** MongoDB 4.4 to 8.0: JSON, with quotes, backslashes and controls escaped. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'db mongod[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 500, write: escapeJson },
    database: { honest: 'admin', max: 64, write: escapeJson },
  },
  messages: [
    {
      logs: [
        '{"t":{"$date":"2026-01-01T10:00:00.000+00:00"},"s":"I",  "c":"ACCESS",   "id":20249, "ctx":"conn9","msg":"Authentication failed","attr":{"mechanism":"SCRAM-SHA-256","speculative":false,"principalName":"{user}","authenticationDatabase":"{database}","remote":"{peer}:40000","extraInfo":{},"error":"AuthenticationFailed: {user}"}}',
      ],
    },
    {
      logs: [
        '{"t":{"$date":"2026-01-01T10:00:00.000+00:00"},"s":"I",  "c":"ACCESS",   "id":5286307, "ctx":"conn9","msg":"Failed to authenticate","attr":{"client":"{peer}:40000","isSpeculative":false,"isClusterMember":false,"mechanism":"SCRAM-SHA-256","user":"{user}","db":"{database}","error":"AuthenticationFailed","result":18}}',
      ],
    },
    {
      logs: [
        '{"t":{"$date":"2026-01-01T10:00:00.000+00:00"},"s":"I",  "c":"ACCESS",   "id":20250, "ctx":"conn9","msg":"Authentication succeeded","attr":{"mechanism":"SCRAM-SHA-256","speculative":true,"principalName":"{user}","authenticationDatabase":"{database}","remote":"{peer}:40000","extraInfo":{}}}',
      ],
      counts: [],
    },
    {
      // 3.2 to 4.2 repeat the account in the reason.
      logs: [
        'I ACCESS   [conn9] SASL SCRAM-SHA-1 authentication failed for {user} on {database} from client [{peer}]:40000 ; UserNotFound: Could not find user {user}@{database}',
      ],
    },
  ],
};
