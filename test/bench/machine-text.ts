/** What figures were measured on, for the head of their table. */
import { cpus, loadavg, release } from 'node:os';

/** `2026-11-29, 2 × AMD EPYC, Linux 6.1.0, Node.js v20.19.2` */
export function machineText(): string {
  const [model = 'unknown processor'] = cpus().map((cpu) => cpu.model);
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${cpus().length} × ${model}, Linux ${release()}, Node.js ${process.version}`;
}

/** The load of the last minute: `0.3` */
export function loadText(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
