/**
 * Node.js opens a debugger on a port of 127.0.0.1 at SIGUSR1, unless somebody hears that signal: whoever may connect, any
 * local user, then runs code of his own with our rights. fail2ban's server flushes its logs at it, so it is sent.
 */
export function noDebugger(): void {
  process.on('SIGUSR1', () => {});
}
