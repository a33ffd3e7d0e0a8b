/**
 * Names that fail2ban's shared files define and ours do not. A filter that was written for them is told what to write,
 * as those files have other contents here.
 */

interface Replacement {
  /** The file of fail2ban's that has it. */
  readonly file: 'common.conf' | 'apache-common.conf';
  readonly instead: string;
}

const prefix: Replacement = { file: 'common.conf', instead: '%(__prefix_line)s, which holds it' };

const replacements: ReadonlyMap<string, Replacement> = new Map<string, Replacement>([
  ['__hostname', { file: 'common.conf', instead: '\\S+' }],
  ['__pid_re', { file: 'common.conf', instead: '\\[\\d+\\]' }],
  ['__daemon_re', { file: 'common.conf', instead: '%(_daemon)s' }],
  ['__md5hex', { file: 'common.conf', instead: '(?:[\\da-f]{2}:){15}[\\da-f]{2}' }],
  ['__pam_auth', { file: 'common.conf', instead: 'pam_[a-z]+' }],
  ['__daemon_extra_re', prefix],
  ['__daemon_combs_re', prefix],
  ['__kernel_prefix', prefix],
  ['__bsd_syslog_verbose', prefix],
  ['__vserver', prefix],
  ['__date_ambit', prefix],
  ['_apache_error_client', { file: 'apache-common.conf', instead: '%(__error_prefix)s' }],
]);

/** What to write instead of `%(name)s`; undefined when fail2ban has no such name, as far as is known. */
export function fail2banHint(name: string): string | undefined {
  const found = replacements.get(name);
  if (found === undefined) return undefined;
  const { file, instead } = found;
  return `it is a name of fail2ban's ${file}: write ${instead}, or put that file beside this one`;
}
