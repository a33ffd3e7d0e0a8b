# A state of 100,000 bans and 1,000,000 offenders: start, memory, decisions, and what looks after the state.
# Takes some minutes; BANS=10000 OFFENDERS=100000 is a quick look.
set -euo pipefail
# Decisions wait for the collector of garbage, so it must be given what the agent is started with.
launch=$(grep -o -e '--max-semi-space-size=[0-9]*' "$(dirname "$0")/../../debian/bin/f2bd")
exec node --expose-gc "$launch" build/test/test/bench/state.js "${BANS:-100000}" "${OFFENDERS:-1000000}"
