/**
 * Which entries of the journal are the agent's events, and the fields they are read by. Anybody can write F2B_ fields;
 * that an entry is f2bd.service's, journald itself says.
 */

export const AGENT_UNIT = 'f2bd.service';

/**
 * Alternatives of terms, as the journal takes them, for the journal of another machine: which number the agent's user had
 * there is not known.
 */
export const EVENT_MATCHES_ELSEWHERE = [[`_SYSTEMD_UNIT=${AGENT_UNIT}`]] as const;

/**
 * The same for this machine. journald keeps for some seconds what unit a process number had: whoever comes by
 * that of a process of the agent's has its unit, but neither its user nor, as a program with set-user-ID, its group.
 * `uid`: that of the agent's user, beside root; undefined where there is none.
 */
export function trustedMatches(uid: number | undefined): readonly (readonly string[])[] {
  const unit = `_SYSTEMD_UNIT=${AGENT_UNIT}`;
  const asRoot = [unit, '_UID=0', '_GID=0'];
  return uid === undefined || uid === 0 ? [asRoot] : [asRoot, [unit, `_UID=${uid}`]];
}

/** Fields brought along from the journal. Several values of one are joined by newlines. */
export const EVENT_FIELDS = [
  ...['MESSAGE', 'MESSAGE_ID', 'PRIORITY', 'F2B_EVENT', 'F2B_JAIL', 'F2B_ADDRESS', 'F2B_AT', 'F2B_COUNT', 'F2B_USER'],
  ...['F2B_CURSOR', 'F2B_SINCE', 'F2B_UNTIL', 'F2B_BANTIME', 'F2B_FAILURES', 'F2B_MAXRETRY', 'F2B_BANCOUNT'],
  ...['F2B_ORIGIN', 'F2B_DISPOSITION', 'F2B_PORT', 'F2B_REASON', 'F2B_CAUSE', 'F2B_BY', 'F2B_ZONE', 'F2B_LATENCY'],
  ...[
    'F2B_ADDED',
    'F2B_REMOVED',
    'F2B_JAILS',
    'F2B_BANS',
    'F2B_ADDRESSES',
    'F2B_UNIT',
    'F2B_NAME',
    'F2B_DROPPED',
    'F2B_REGEX',
    'F2B_CODE',
  ],
  ...['F2B_REPLACED_UNTIL', 'F2B_REPLACED_REASON', 'F2B_SETTING'],
  ...['F2B_HINT', '_BOOT_ID', '_MACHINE_ID', '_HOSTNAME', '_PID'],
];

/** Needed to believe an entry, beside those. */
export const TRUSTED_FIELDS = ['_SYSTEMD_UNIT', '_TRANSPORT'];
