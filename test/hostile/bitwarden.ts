/** Bitwarden server 2024: src/Identity/IdentityServer/RequestValidators/BaseRequestValidator.cs. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'pw Bitwarden-Identity[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { path: { honest: 'x', write: (text) => encodeURI(text.replace(/[^\x20-\x7e]/g, '')) } },
  messages: [
    { logs: ['[Bit.Identity.IdentityServer.ResourceOwnerPasswordValidator] Failed login attempt. {peer}'] },
    { logs: ['[Microsoft.AspNetCore.Hosting.Diagnostics] Request starting HTTP/1.1 POST http://h/{path}'], counts: [] },
  ],
};
