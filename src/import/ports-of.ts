import { wordsOf } from '../config/values/fail2ban-values.js';
import { readPort } from '../config/values/port-list.js';
import type { ServiceLookup } from '../config/values/services.js';

/** What `port` and `protocol` close, and the names that no service has here. */
export function portsOf(
  port: string,
  protocol: string,
  services: ServiceLookup,
): { readonly ports: readonly string[]; readonly unknown: readonly string[]; readonly isAll: boolean } {
  const protocols = protocol === 'all' ? ['tcp', 'udp'] : wordsOf(protocol);
  const words = wordsOf(port).map((word) => word.replace(':', '-'));
  const isAll = words.some((word) => ['0-65535', '1-65535', 'all', 'anyport', 'any'].includes(word));
  const known = (word: string) => protocols.filter((name) => readPort(`${word}/${name}`, services).ok);
  return {
    isAll,
    ports: isAll ? [] : words.flatMap((word) => known(word).map((name) => `${word}/${name}`)),
    unknown: isAll ? [] : words.filter((word) => known(word).length === 0),
  };
}
