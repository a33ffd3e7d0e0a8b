/** syslog() of PHP 7.3 and later with its default, syslog.filter=no-ctrl: main/php_syslog.c writes controls as \x00. */
export function escapePhpSyslog(text: string): string {
  return text.replace(/[\0-\u001f\u007f]/g, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
