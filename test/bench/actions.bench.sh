# What actions cost: the agent's latency from entry to kernel with four of them and without any, in turn, and the memory of
# f2b-actiond, in a booted Debian 13. Takes five minutes; ROUNDS=1 is a quick look.
set -euo pipefail
cc -O2 -Wall -Wextra -Werror -static -o build/set-changes test/bench/set-changes.c
exec node build/test/test/bench/actions.js "${ROUNDS:-4}"
