# What the agent takes while it guards, beside fail2ban: at rest, guessed at now and then, and under attack, each in a booted
# Debian 13. Takes ten minutes; `bash test/bench/live.bench.sh f2b` measures f2b alone, SECONDS_OF_ATTACK=10 is a quick look.
set -euo pipefail
cc -O2 -Wall -Wextra -Werror -static -o build/set-changes test/bench/set-changes.c
exec node build/test/test/bench/live.js "${SECONDS_OF_ATTACK:-30}" "$@"
