/**
 * syslog() of PHP 7.3 and later with its default, syslog.filter=no-ctrl: main/php_syslog.c writes controls as \x00. For
 * texts without newlines, at each of which it ends the entry and begins another one.
 */
export function escapePhpSyslog(text: string): string {
  return text.replace(/[\0-\u001f\u007f]/g, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
