/** Hosts of addresses of the web that are this machine by what they are called. */

/** `host`: as a URL has it, with IPv6 addresses in brackets. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
}
