/** Finds the section or key a person meant, for "did you mean" hints. */
import { nearest as nearestName } from '../../filter/nearest.js';

/** Case, dots, dashes and underscores are no difference: `bantime.increment` means BanTimeIncrement. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[._\s-]/g, '');
}

/** The known name closest to `name`, or undefined when none is close enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const names = new Map(known.map((candidate) => [plain(candidate), candidate]));
  const meant = nearestName(plain(name.slice(0, 64)), [...names.keys()]);
  return meant === undefined ? undefined : names.get(meant);
}
