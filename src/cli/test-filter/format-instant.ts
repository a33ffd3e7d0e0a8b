import type { Zone } from '../../filter/dated-lines.js';

/** `2005-08-14T11:59:59+02:00`; a fraction only when there is one. `at` in µs since the epoch. */
export function formatInstant(at: number, zone: Zone): string {
  const seconds = Math.floor(at / 1e6);
  const offset = zone.offsetAt(seconds);
  const fraction = at % 1e6 === 0 ? '' : `.${String(((at % 1e6) + 1e6) % 1e6).padStart(6, '0')}`;
  const clock = new Date((seconds + offset) * 1000).toISOString().slice(0, 19);
  const minutes = Math.floor(Math.abs(offset) / 60);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${clock}${fraction}${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
