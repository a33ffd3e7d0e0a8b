# How long a ban takes from one host of a fleet to the others, with ever more of them, and what a host takes that joins late.
# Takes five minutes; `bash test/bench/fleet.bench.sh 10 20000` measures ten members and 20,000 bans alone.
set -euo pipefail
exec node build/test/test/bench/fleet.js "$@"
