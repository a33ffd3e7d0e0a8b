const FILE = /^remote-([^/]{1,200}?)(?:@[0-9a-f-]+)?\.journal$/;

/**
 * Whose journal file this is by its name, among those of systemd-journal-remote(8); undefined when it is nobody's. What
 * native/files/host.c reads.
 */
export function hostOfFile(name: string): string | undefined {
  const host = FILE.exec(name)?.[1];
  return host?.includes('@') ? undefined : host;
}
