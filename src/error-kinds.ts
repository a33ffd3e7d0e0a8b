/**
 * The registry of errors that reach a person. Codes are never reused for another meaning; exit statuses are those of
 * sysexits.h.
 */
export interface ErrorKind {
  readonly exitStatus: number;
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
}

export const errorKinds = {
  ACCESS_DENIED: {
    exitStatus: 77,
    message: 'this is not allowed',
    hint: 'run it as root, for instance with sudo; to look only, the groups systemd-journal and adm are enough',
  },
  ACTIOND_NOT_RUNNING: {
    exitStatus: 69,
    message: 'f2b-actiond is not running',
    hint: 'it starts once there is a file in /etc/f2b/actions: systemctl start f2b-actiond; it is in the package f2b-actions',
  },
  ACTION_FAILED: {
    exitStatus: 69,
    message: 'the action did not succeed',
    hint: 'mend what is named above; see f2b.action(5)',
  },
  ACTION_UNKNOWN: {
    exitStatus: 66,
    message: 'there is no such action',
    hint: 'f2bctl actions lists those that there are',
  },
  AGENT_BUSY: {
    exitStatus: 75,
    message: 'f2bd has enough calls to answer',
    hint: 'try again in a minute; loginctl and busctl list show who else is asking',
  },
  AGENT_INCOMPATIBLE: {
    exitStatus: 69,
    message: 'f2bd answered in a way that this f2bctl does not understand',
    hint: 'f2bd still runs an older or newer version: systemctl restart f2bd',
  },
  AGENT_NOT_RUNNING: {
    exitStatus: 69,
    message: 'f2bd is not running',
    hint: 'start it with: systemctl start f2bd',
  },
  AGENT_SILENT: {
    exitStatus: 75,
    message: 'f2bd did not answer in time',
    hint: 'see what it is doing: systemctl status f2bd; journalctl -u f2bd',
  },
  ARGUMENT_INVALID: {
    exitStatus: 64,
    message: 'f2bd refused the request',
    hint: 'mend what is named above; see f2bctl(1)',
  },
  BAN_INEFFECTIVE: {
    exitStatus: 69,
    message: 'a banned address goes on failing though the firewall holds its ban',
    hint: 'see: f2bctl log --event=ineffective; f2bctl why ADDRESS',
  },
  BAN_REFUSED: {
    exitStatus: 65,
    message: 'this address is not banned',
    hint: '--force bans whom the configuration or a person spares, but never everybody or this machine',
  },
  BUS_UNAVAILABLE: {
    exitStatus: 69,
    message: 'the system bus cannot be reached',
    hint: 'see that it runs: systemctl status dbus.socket',
  },
  CONFIG_INVALID: {
    exitStatus: 78,
    message: 'the configuration is not valid',
    hint: 'mend the lines named above, then run: systemctl reload-or-restart f2bd',
  },
  CONFIG_UNWRITABLE: {
    exitStatus: 73,
    message: 'the configuration cannot be written',
    hint: 'run as root, and check the folder; nothing was changed',
  },
  CONTROL_NAME_TAKEN: {
    exitStatus: 69,
    message: 'the bus did not give us the name org.f2b.Agent1, so f2bctl cannot reach this agent',
    hint: 'stop the other f2bd, or install /usr/share/dbus-1/system.d/org.f2b.Agent1.conf and run: systemctl reload dbus',
  },
  CREDENTIAL_MISSING: {
    exitStatus: 78,
    message: 'a credential cannot be had',
    hint: 'give it to f2b-actiond.service with LoadCredential=, see f2b.action(5)',
  },
  EDITOR_FAILED: {
    exitStatus: 69,
    message: 'nothing was edited',
    hint: 'name an editor with the environment variable SYSTEMD_EDITOR or EDITOR',
  },
  ENTRIES_DROPPED: {
    exitStatus: 74,
    message: 'journald dropped entries, an attack may hide behind it',
    hint: 'raise RateLimitBurst= in journald.conf, or LogRateLimitBurst= of the unit (systemctl edit)',
  },
  FAIL2BAN_SOCKET: {
    exitStatus: 69,
    message: 'there is no answer on the socket',
    hint: 'start it with: systemctl enable --now f2b-fail2ban.socket',
  },
  FILE_UNREADABLE: {
    exitStatus: 66,
    message: 'a file cannot be read',
    hint: 'check its name and its rights',
  },
  FILTER_INVALID: {
    exitStatus: 78,
    message: 'the filter is not valid',
    hint: 'mend what is named above; the language is described in f2b.filter(5)',
  },
  FIREWALL_DENIED: {
    exitStatus: 77,
    message: 'firewalld does not let f2b change it',
    hint: 'the polkit rule /usr/share/polkit-1/rules.d/f2b.rules is missing or polkit does not run: apt install --reinstall f2b, systemctl status polkit',
  },
  FIREWALL_EMPTIED: {
    exitStatus: 69,
    message: 'the kernel does not hold what firewalld says it holds, and reloading firewalld did not help',
    hint: 'something removes its rules, nftables.service for instance: stop that, then run: systemctl restart firewalld',
  },
  FIREWALL_FAILED: {
    exitStatus: 69,
    message: 'the firewall reported an error',
    hint: 'see: journalctl -u firewalld; f2b tries again by itself',
  },
  FIREWALL_INCOMPLETE: {
    exitStatus: 69,
    message: 'firewalld lacks ipsets or policies of f2b and they could not be made',
    hint: 'run: apt install --reinstall f2b && firewall-cmd --reload',
  },
  FIREWALL_LOCKED: {
    exitStatus: 75,
    message: 'another f2bd bans in this network namespace',
    hint: 'one is enough for all jails: stop the other one, or run this one with --dry-run or in a network namespace of its own',
  },
  FIREWALL_NOT_LOCKED: {
    exitStatus: 69,
    message: 'f2bd cannot make sure that it alone bans in this network namespace',
    hint: 'end the process that keeps the name, it is no f2bd (ss -xlp shows it); f2bd bans all the same, and goes on trying',
  },
  FIREWALL_REFUSED: {
    exitStatus: 65,
    message: 'the firewall cannot hold this address',
    hint: 'such an address cannot be banned: lift the ban with f2bctl unban',
  },
  FIREWALL_UNAVAILABLE: {
    exitStatus: 69,
    message: 'the firewall does not answer',
    hint: 'start it with: systemctl enable --now firewalld, or set Firewall=nftables; bans are kept and applied then',
  },
  FLEET_DENIED: {
    exitStatus: 77,
    message: 'the servers of the fleet do not let this host in',
    hint: 'their configuration must hold its name and public key: see f2bctl fleet server-config in f2b-fleet(7)',
  },
  FLEET_NOT_RUNNING: {
    exitStatus: 69,
    message: 'f2b-fleetd is not running',
    hint: 'write /etc/f2b/fleet.conf as f2b-fleet(7) says, then run: systemctl enable --now f2b-fleetd',
  },
  FLEET_UNREACHABLE: {
    exitStatus: 69,
    message: 'the servers of the fleet cannot be reached',
    hint: 'check Server= and CAFile= in /etc/f2b/fleet.conf, and nats-server there; what is banned here is told later',
  },
  GEOIP_UNUSABLE: {
    exitStatus: 65,
    message: 'a database of countries and network owners cannot be used',
    hint: 'fetch it anew (geoipupdate), or take it away; everything else works without it',
  },
  HOST_UNREACHABLE: {
    exitStatus: 69,
    message: 'the other machine cannot be asked',
    hint: 'install the client of OpenSSH: apt install openssh-client',
  },
  IMPORT_INVALID: {
    exitStatus: 65,
    message: 'this is no export of a state',
    hint: 'mend the lines named above; nothing was changed. f2bctl state export shows what they look like',
  },
  INTERNAL: {
    exitStatus: 70,
    message: 'a bug in f2b',
    hint: 'please report it with the text above',
  },
  JAIL_NOT_ACTIVE: {
    exitStatus: 3,
    message: 'the agent does not have this jail',
    hint: 'f2bctl list-jails --all shows what is enabled',
  },
  JAIL_STOPPED: {
    exitStatus: 3,
    message: 'a jail is stopped until the configuration is read again',
    hint: 'start it again with: f2bctl reload; f2bctl log tells who stopped it',
  },
  JAIL_UNHEARD: {
    exitStatus: 78,
    message: 'a jail hears nothing',
    hint: 'f2bctl doctor tells what to do',
  },
  JOURNAL_DEAF: {
    exitStatus: 74,
    message: 'f2bd does not find in the journal what it writes there, so it may miss every failure',
    hint: 'see that journald runs and keeps messages of level info: systemctl status systemd-journald; Storage= and MaxLevelStore= in journald.conf. Where journalctl --verify finds damage, journalctl --rotate begins a new file. f2bd goes on trying',
  },
  JOURNAL_FAILED: {
    exitStatus: 74,
    message: 'the journal does not answer',
    hint: 'check that journald runs and that its files are whole: systemctl status systemd-journald; journalctl --verify',
  },
  JOURNAL_LIBRARY: {
    exitStatus: 69,
    message: 'the journal library cannot be loaded',
    hint: 'install the package f2b and libsystemd0 again; in a checkout run: make',
  },
  JOURNAL_MISSING: {
    exitStatus: 66,
    message: 'there is no journal to read',
    hint: 'set Storage=auto in journald.conf and run: systemctl restart systemd-journald',
  },
  JOURNAL_NO_ACCESS: {
    exitStatus: 77,
    message: 'this user may not read the journal',
    hint: 'run as root, or as a member of the group systemd-journal or adm (usermod -aG systemd-journal USER)',
  },
  JOURNAL_OTHER: {
    exitStatus: 66,
    message: 'a journal that a jail names cannot be read',
    hint: 'see that LogNamespace=, Machine= or Remote= names one that there is (ls /var/log/journal /run/log/journal), that it is written to, and that the agent may read it: see f2b.unit(5). f2bd goes on trying',
  },
  JOURNAL_UNWATCHED: {
    exitStatus: 69,
    message: 'the journal does not tell of changes and is looked at every second instead',
    hint: 'keep the journal on a file system of this machine',
  },
  LIST_UNREADABLE: {
    exitStatus: 66,
    message: 'a list of addresses named in IgnoreIP= cannot be read',
    hint: 'create the file, readable for the user f2b; until then it spares nobody',
  },
  NFT_DENIED: {
    exitStatus: 77,
    message: 'nft may not change the firewall',
    hint: 'it needs the capability CAP_NET_ADMIN, which f2bd.service has: systemctl cat f2bd; by hand, run as root',
  },
  NFT_FAILED: {
    exitStatus: 69,
    message: 'nft reported an error',
    hint: 'see what there is with: nft list table inet f2b-guard, or inet f2b with Firewall=nftables; f2b tries again by itself',
  },
  NFT_MISSING: {
    exitStatus: 69,
    message: 'the program nft is missing',
    hint: 'run: apt install nftables; or set Firewall=firewalld. Bans are kept and applied then',
  },
  NFT_UNSUITABLE: {
    exitStatus: 69,
    message: 'this nft does not understand JSON',
    hint: 'install a version 1.0.6 or newer that was built with it: nft -V shows both; or set Firewall=firewalld',
  },
  NOTHING_ALLOWED: {
    exitStatus: 66,
    message: 'nothing was allowed there',
    hint: 'f2bctl allowed lists what is; IgnoreIP= in the configuration is no part of it',
  },
  NOTHING_BANNED: {
    exitStatus: 66,
    message: 'nothing is banned there',
    hint: 'f2bctl bans lists all bans',
  },
  NOT_ENFORCED: {
    exitStatus: 75,
    message: 'the bans are in force, and the firewall does not hold all of them yet',
    hint: 'f2bctl status tells how many, and f2bctl doctor what is wrong; f2bd goes on by itself',
  },
  NOT_STORED: {
    exitStatus: 75,
    message: 'it is in force, and not stored yet: after a restart it would not be known',
    hint: 'f2bctl status tells why',
  },
  OUTPUT_FAILED: {
    exitStatus: 74,
    message: 'the output cannot be written',
    hint: 'check the space left where it goes (df)',
  },
  SERVICES_UNKNOWN: {
    exitStatus: 69,
    message: 'systemd does not say which services run',
    hint: 'see that systemctl list-units works, or name the jails: f2bctl enable JAIL',
  },
  SESSIONS_UNKNOWN: {
    exitStatus: 69,
    message: 'it is not known who is logged in, and SpareLoggedIn= goes by what was known last',
    hint: 'see: systemctl status systemd-logind; loginctl list-sessions; or set SpareLoggedIn=no',
  },
  SETTING_OUTRANKED: {
    exitStatus: 78,
    message: 'the setting is written and not in force, as a drop-in of a later name says otherwise',
    hint: 'take that line out of it',
  },
  SETTING_REFUSED: {
    exitStatus: 65,
    message: 'the jail goes on as before',
    hint: 'f2b.unit(5) tells what each setting may be',
  },
  STORE_BUSY: {
    exitStatus: 75,
    message: 'another program is writing to the state',
    hint: 'only one f2bd may use a state directory: stop the other one, or give another --state-directory',
  },
  STORE_DAMAGED: {
    exitStatus: 65,
    message: 'the state is damaged',
    hint: 'the damaged file is kept beside it and what could be read was carried over; check the disk (dmesg, smartctl)',
  },
  STORE_FAILED: {
    exitStatus: 74,
    message: 'the state could not be read or written',
    hint: 'check the disk (dmesg, df); nothing that was stored before is lost',
  },
  STORE_FOREIGN: {
    exitStatus: 77,
    message: 'root does not use a state directory that others can write to',
    hint: 'run it as the owner of the directory, for instance: runuser -u f2b -- f2bd; or give another --state-directory',
  },
  STORE_FULL: {
    exitStatus: 74,
    message: 'no space is left for the state',
    hint: 'free some space on that file system (df -h)',
  },
  STORE_LOCKED: {
    exitStatus: 75,
    message: 'another program has locked the state',
    hint: 'end it (fuser -v shows it), or wait for it',
  },
  STORE_LOST: {
    exitStatus: 74,
    message: 'the state was deleted or replaced while f2bd ran',
    hint: 'f2bd writes it anew from memory; find out who removes it. To put another in its place, stop f2bd before',
  },
  STORE_NEWER: {
    exitStatus: 65,
    message: 'the state was written by a newer version of f2b',
    hint: 'install that version again, or move the file away',
  },
  STORE_READ_ONLY: {
    exitStatus: 74,
    message: 'the state cannot be written',
    hint: 'check that the file system is not read-only (findmnt) and that the user f2b owns the file',
  },
  STORE_UNREADABLE: {
    exitStatus: 66,
    message: 'the state cannot be opened',
    hint: 'check that the directory exists and that this user may read it (ls -la; chown f2b: what f2bd uses); nothing in it is changed, and f2bd takes it up as soon as it can',
  },
  SWITCH_REFUSED: {
    exitStatus: 78,
    message: 'f2b does not take the place of fail2ban',
    hint: 'mend what is named above, or leave it out with --only',
  },
  TERMINAL_ADDRESS: {
    exitStatus: 65,
    message: 'this ban would shut you out',
    hint: 'use --force if that is what you want',
  },
  UNIT_FAILED: {
    exitStatus: 69,
    message: 'systemd did not do what was asked',
    hint: 'systemctl status and journalctl -xe say why',
  },
  UNKNOWN_JAIL: {
    exitStatus: 4,
    message: 'there is no such jail',
    hint: 'f2bctl list-jails --all lists the jails that there are',
  },
  USAGE: {
    exitStatus: 64,
    message: 'the command line is not valid',
    hint: 'see --help',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;
