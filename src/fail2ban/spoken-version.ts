/** The version of fail2ban whose protocol, answers and output these are: scripts compare it. */
export const SPOKEN_VERSION = '1.1.0';
