# From the journal entry to the kernel's set, in a booted Debian 13, beside fail2ban and sshguard. Takes eight minutes;
# `bash test/bench/firewall.bench.sh f2b` measures f2b alone.
set -euo pipefail
cc -O2 -Wall -Wextra -Werror -static -o build/set-changes test/bench/set-changes.c
exec node build/test/test/bench/firewall.js "$@"
