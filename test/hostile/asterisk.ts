/** Asterisk 20: chan_sip.c, pjsip_distributor.c, res_security_log.c, which escapes quotes. Headers are lines. */
import type { HostileTable } from '../support/hostile/table.js';

function oneLine(text: string): string {
  return text.replace(/[\n\r\0]/g, '');
}

function escaped(text: string): string {
  return oneLine(text).replace(/["\\]/g, '\\$&');
}

export const table: HostileTable = {
  line: 'pbx asterisk[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    from: { honest: '"100" <sip:100@192.0.2.9>', max: 255, write: oneLine },
    callId: { honest: '1@x', max: 128, write: oneLine },
    extension: { honest: '100', max: 80, write: oneLine },
    sessionId: { honest: '2@x', max: 128, write: escaped },
    account: { honest: '100', max: 80, write: escaped },
  },
  messages: [
    {
      logs: [
        "NOTICE[20]: chan_sip.c:28926 in handle_request_register: Registration from '{from}' failed for '{peer}:40000' - Wrong password",
      ],
    },
    {
      logs: [
        "NOTICE[20]: res_pjsip/pjsip_distributor.c:676 in log_failed_request: Request 'REGISTER' from '{from}' failed for '{peer}:40000' (callid: {callId}) - No matching endpoint found",
      ],
    },
    {
      logs: [
        "NOTICE[20][C-00000012]: chan_sip.c:26000 in handle_request_invite: Call from '' ({peer}:40000) to extension '{extension}' rejected because extension not found in context 'default'.",
      ],
    },
    {
      logs: [
        'SECURITY[20]: res_security_log.c:114 in security_event_stasis_cb: SecurityEvent="InvalidAccountID",EventTV="2026-01-01T10:00:00.000+0000",Severity="Error",Service="SIP",EventVersion="1",AccountID="{account}",SessionID="0x7f",LocalAddress="IPV4/UDP/192.0.2.9/5060",RemoteAddress="IPV4/UDP/{peer}/40000"',
      ],
    },
    {
      logs: [
        'SECURITY[20]: res_security_log.c:114 in security_event_stasis_cb: SecurityEvent="ChallengeResponseFailed",EventTV="2026-01-01T10:00:00.000+0000",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="{account}",SessionID="{sessionId}",LocalAddress="IPV4/UDP/192.0.2.9/5060",RemoteAddress="IPV4/UDP/{peer}/40000"',
      ],
    },
    { logs: ["NOTICE[20]: manager.c:3000 in authenticate: {peer} failed to authenticate as '{extension}'"] },
    { logs: ["NOTICE[20]: chan_iax2.c:8000 in register_verify: No registration for peer '{extension}' (from {peer})"] },
    { logs: ['NOTICE[20]: chan_sip.c:10 in x: Failed to authenticate device {from}'], counts: [] },
  ],
};
