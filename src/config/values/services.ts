/** Service names as in services(5), for `Ports=ssh`. */

/** Ports of a service by its name or alias, as `22/tcp`; undefined when the name is not known. */
export type ServiceLookup = (name: string) => readonly string[] | undefined;

const protocols = new Set(['tcp', 'udp', 'sctp', 'dccp']);

/** Reads the text of /etc/services; lines that are no services are passed over, as the C library does. */
export function parseServices(text: string): ServiceLookup {
  const ports = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [name, port = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const protocol = /^\d{1,5}\/(\w+)$/.exec(port)?.[1];
    if (name === undefined || protocol === undefined || !protocols.has(protocol)) continue;
    for (const known of [name, ...aliases]) {
      const sofar = ports.get(known) ?? [];
      if (!sofar.includes(port)) ports.set(known, [...sofar, port]);
    }
  }
  return (name) => ports.get(name);
}
