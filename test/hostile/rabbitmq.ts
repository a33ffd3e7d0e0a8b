/** RabbitMQ 3.10: rabbit_reader.erl. Of newlines the jail tells. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mq rabbitmq-server[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'guest', max: 255, write: printable },
    json: { of: 'user', honest: 'guest', write: (text) => JSON.stringify(text).slice(1, -1) },
  },
  messages: [
    {
      logs: [
        '2026-01-01 10:00:00.123456+00:00 [error] <0.753.0> Error on AMQP connection <0.753.0> ({peer}:40000 -> 192.0.2.9:5672, state: starting):',
        "2026-01-01 10:00:00.123456+00:00 [error] <0.753.0> PLAIN login refused: user '{user}' - invalid credentials",
      ],
    },
    {
      logs: [
        '2026-01-01 10:00:00.123456+00:00 [info] <0.754.0> accepting AMQP connection <0.754.0> ({peer}:40000 -> 192.0.2.9:5672)',
        "2026-01-01 10:00:00.123456+00:00 [info] <0.754.0> connection <0.754.0> ({peer}:40000 -> 192.0.2.9:5672): user '{user}' authenticated and granted access to vhost '/'",
      ],
      counts: [],
    },
    {
      logs: [
        '2026-01-01 10:00:00.123456+00:00 [error] <0.753.0> Rejected MQTT connection {peer}:40000 -> 192.0.2.9:1883 with Connect Reason Code 134',
      ],
    },
    {
      logs: [
        '2026-01-01 10:00:00.123456+00:00 [info] <0.753.0> accepting STOMP connection <0.753.0> ({peer}:40000 -> 192.0.2.9:61613)',
        "2026-01-01 10:00:00.123456+00:00 [warning] <0.753.0> STOMP login failed for user '{user}': authentication failed",
      ],
    },
    {
      logs: [
        '{"time":"2026-01-01 10:00:00.123456+00:00","level":"error","msg":"Error on AMQP connection <0.753.0> ({peer}:40000 -> 192.0.2.9:5672 - {json}, state: starting):\\nPLAIN login refused: user \'{json}\' - invalid credentials","line":839}',
      ],
    },
  ],
};
