/** Home Assistant 2024: homeassistant/components/http/ban.py. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'home hass[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    name: { honest: 'h.example.org', write: (text) => `x${text.replace(/[\s()\0]/g, '')}` },
    path: { honest: 'x', write: (text) => encodeURI(text.replace(/[^\x20-\x7e]/g, '')) },
    agent: { honest: 'x', write: (text) => text.replace(/[\r\n\0]/g, '') },
  },
  messages: [
    {
      logs: [
        "2026-11-28 20:00:00.123 WARNING (MainThread) [homeassistant.components.http.ban] Login attempt or request with invalid authentication from {name} ({peer}). Requested URL: '/{path}'. ({agent})",
      ],
    },
    {
      logs: [
        '2026-11-28 20:00:00.123 WARNING (MainThread) [homeassistant.components.http.ban] Banned IP {peer} for too many login attempts',
      ],
      counts: [],
    },
    {
      logs: ['2026-11-28 20:00:00.123 ERROR (MainThread) [aiohttp.server] Error handling request {agent}'],
      counts: [],
    },
  ],
};
