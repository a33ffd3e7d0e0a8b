# 500,000 entries of an sshd under attack: what reads them how fast. Takes some minutes; ENTRIES=50000 is a quick look.
set -euo pipefail
cc -O2 -Wall -Wextra -Werror -o build/read-messages test/bench/read-messages.c -lsystemd
exec node build/test/test/bench/sshd.js "${ENTRIES:-500000}"
