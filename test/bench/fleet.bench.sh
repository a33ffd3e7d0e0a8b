# What a fleet takes: `way`, how long a ban is under way with ever more members; `joining`, what a host takes that joins late;
# `flood`, many bans a second; `beside`, what an agent's own attackers notice of it; `inforce`, what they notice of very many
# that are in force. Takes half an hour; `bash test/bench/fleet.bench.sh joining 20000` measures one of them with other
# numbers. `way`, `beside` and `inforce` need make deb.
set -euo pipefail
cc -O2 -Wall -Wextra -Werror -static -o build/set-changes test/bench/set-changes.c
exec node build/test/test/bench/fleet.js "$@"
