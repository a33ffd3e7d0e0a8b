# Moving over from fail2ban in a booted system: how long 20,000 of its bans take, whether any of them is open then, and what
# an answer over its socket takes with 1,000 bans. BANS=2000 is a quick look; FIREWALL=nftables
# is a host without firewalld.
set -euo pipefail
exec node build/test/test/bench/moving.js "${BANS:-20000}" "${FIREWALL:-firewalld}"
