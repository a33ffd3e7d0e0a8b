/** polkit's agent for terminals: asks the person who runs this program for a password (pkttyagent(1)). */
import { spawn } from 'node:child_process';

/**
 * Starts the agent for this process; resolves when it is registered, or when there is none on this machine, with the
 * function that ends it. An agent of the desktop session goes before it. That function resolves when it has gone: its
 * last act is to set the terminal as it was before, whoever has set it otherwise meanwhile.
 */
export function openPasswordAgent(): Promise<() => Promise<void>> {
  return new Promise((resolve) => {
    const argv = ['--notify-fd', '3', '--fallback', '--process', String(process.pid)];
    const agent = spawn('pkttyagent', argv, { stdio: ['inherit', 'inherit', 'inherit', 'pipe'] });
    const gone = new Promise<void>((isGone) => agent.once('error', () => isGone()).once('exit', () => isGone()));
    const end = (): Promise<void> => {
      agent.kill('SIGTERM');
      return gone;
    };
    const ready = (): void => resolve(end);
    void gone.then(ready);
    // It closes the descriptor when it is registered.
    agent.stdio[3]?.on('data', () => undefined).once('close', ready);
  });
}
