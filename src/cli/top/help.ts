/** What the screen says of its keys. */
export const HELP: readonly string[] = [
  'Tab, 1 to 6      another list: bans, jails, addresses, networks, user names, events',
  'Up, Down, j, k   choose a row; PgUp, PgDn, Home and End go further',
  'Enter, w         why an address is banned, or may be; of a network or jail, its bans',
  'u                lift the bans of the address, or of all in the network, after a question',
  's                another order',
  'r                the opposite order',
  '/                only rows with this text, or that touch this address or prefix',
  'Escape           all rows again',
  'q, Ctrl-C        leave',
  'Ctrl-Z           leave for a while; fg comes back',
  '',
  'Addresses, networks and user names are counted by their failures within the last hour, as far as the',
  'events in the journal, the bans and what the agent counts now tell of them.',
];
