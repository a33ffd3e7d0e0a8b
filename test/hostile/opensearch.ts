/** OpenSearch 2: BackendRegistry.java. What a newline in a name does is said in units/opensearch.conf. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'db opensearch[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'admin', max: 300, write: printable },
  },
  messages: [
    {
      logs: [
        '[2026-01-01T10:00:00,123][WARN ][o.o.s.a.BackendRegistry  ] [n1] Authentication finally failed for {user} from {peer}:40000',
      ],
    },
    { logs: ['[2026-01-01T10:00:00,123][INFO ][o.o.n.Node               ] [n1] {user}'], counts: [] },
  ],
};
