/**
 * The unit behind an alias. An alias is a link in a folder of units that is named otherwise than what it leads to; see
 * systemd.unit(5), "Alias=" and "Unit file load path".
 */

/** Where the service manager of the system looks for units, the first wins: systemd.unit(5), table 1. */
const FOLDERS: readonly string[] = [
  ...['/etc/systemd/system.control', '/run/systemd/system.control', '/run/systemd/transient'],
  ...['/run/systemd/generator.early', '/etc/systemd/system', '/run/systemd/system', '/run/systemd/generator'],
  ...['/usr/local/lib/systemd/system', '/usr/lib/systemd/system', '/run/systemd/generator.late'],
];

/** More links lead in a circle. */
const MAX_LINKS = 8;

/** Where a link leads; '' for what is no link, undefined when there is nothing. */
export type LinkAt = (path: string) => string | undefined;

/** The unit that is meant by `name`; the same when it is no alias. Of an instance, its template may be one. */
export function unitOf(name: string, linkAt: LinkAt): string {
  let unit = name;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const next = nextOf(unit, linkAt) ?? instanceOf(unit, linkAt);
    if (next === undefined) return unit;
    unit = next;
  }
  return name;
}

/** What the first file of that name is a link to, if that is named like another unit. */
function nextOf(name: string, linkAt: LinkAt): string | undefined {
  for (const folder of FOLDERS) {
    const target = linkAt(`${folder}/${name}`);
    if (target === undefined) continue;
    const unit = target.slice(target.lastIndexOf('/') + 1);
    const isAlias = unit !== name && unit.includes('.') && suffixOf(unit) === suffixOf(name);
    return isAlias ? unit : undefined;
  }
  return undefined;
}

/** `ssh@1.service` is `sshd@1.service` where `ssh@.service` is a link to `sshd@.service`. */
function instanceOf(name: string, linkAt: LinkAt): string | undefined {
  const [, prefix, instance, suffix] = /^([^@]+@)(.+)(\.[a-z]+)$/.exec(name) ?? [];
  if (prefix === undefined) return undefined;
  const template = nextOf(`${prefix}${suffix}`, linkAt);
  return template?.includes('@.') ? template.replace('@.', () => `@${instance}.`) : undefined;
}

function suffixOf(name: string): string {
  return name.slice(name.lastIndexOf('.'));
}
