/** Keycloak 24 and 15: JBossLoggingEventListenerProvider.java, which since 21 quotes texts. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'sso keycloak[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'anna', write: escapeJson },
    client: { honest: 'account', write: escapeJson },
    bare: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') },
  },
  messages: [
    {
      logs: [
        '2026-11-28 20:00:00,123 WARN  [org.keycloak.events] (executor-thread-1) type="LOGIN_ERROR", realmId="1", clientId="{client}", userId="null", ipAddress="{peer}", error="user_not_found", username="{user}"',
      ],
    },
    {
      logs: [
        '2026-11-28 20:00:00,123 WARN  [org.keycloak.events] (executor-thread-1) type=LOGIN_ERROR, realmId=1, clientId={bare}, userId=null, ipAddress={peer}, error=user_not_found, username={bare}',
      ],
    },
    {
      logs: [
        '2026-11-28 20:00:00,123 WARN  [org.keycloak.events] (executor-thread-1) type=CODE_TO_TOKEN_ERROR, realmId=1, clientId={bare}, userId=null, ipAddress={peer}, error=invalid_code, username={bare}',
      ],
      counts: [],
    },
  ],
};
