/** Where the configuration is unless something else is said. */

export const DEFAULT_CONFIG_DIRECTORY = '/etc/f2b';

/** Where drop-ins are that are gone after a reboot, as systemctl(1) has them with `--runtime`. */
export const RUNTIME_DIRECTORY = '/run/f2b';
