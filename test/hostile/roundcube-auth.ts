/** Roundcube 1.6: program/lib/Roundcube/rcube_imap.php, rcube.php (log_bug), program/include/rcmail.php (log_login). */
import type { HostileTable } from '../support/hostile/table.js';

/** The mail server answers with the name. */
function error(address: string): string {
  return `<crk9n97i> IMAP Error: Login failed for {user} against h from ${address}. AUTHENTICATE PLAIN: A1 NO {user} in /usr/share/roundcube/x.php on line 211 (POST /?{uri})`;
}

/** strip_tags() takes NULs away. PHP writes the rest as it is, with syslog.filter=raw as the jail asks for. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

/** A header's value ends at a newline. */
function header(text: string): string {
  return text.replace(/[\r\n\0]/g, '');
}

export const table: HostileTable = {
  line: 'mail roundcube[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', write: withoutNul },
    claim: { honest: '192.0.2.9', write: header },
    uri: { honest: '_task=login', write: (text) => encodeURI(text.replace(/[^\x20-\x7e]/g, '')) },
  },
  messages: [
    { logs: [error('{peer}')] },
    { logs: [error('{peer} (X-Forwarded-For: {claim})')] },
    { logs: ['<crk9n97i> Failed login for {user} from {peer} in session crk9n97iabcdef01 (error: 0)'] },
    {
      logs: [error('{peer}'), '<crk9n97i> Failed login for {user} from {peer} in session crk9n97iabcdef01 (error: 0)'],
    },
    { logs: ['userlogins: <crk9n97i> Failed login for {user} from {peer} in session crk9n97iabcdef01 (error: 0)'] },
    { logs: [`errors: ${error('{peer}')}`] },
    { logs: ['<crk9n97i> Successful login for {user} (ID: 1) from {peer} in session crk9n97iabcdef01'], counts: [] },
    { logs: ['<crk9n97i> PHP Error: {user} in /usr/share/roundcube/x.php on line 3 (GET /?{uri})'], counts: [] },
  ],
};
