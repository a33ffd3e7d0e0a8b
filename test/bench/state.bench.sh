# A state of 100,000 bans and 1,000,000 offenders: start, memory, decisions, and what looks after the state.
# Takes some minutes; BANS=10000 OFFENDERS=100000 is a quick look.
set -euo pipefail
exec node --expose-gc build/test/test/bench/state.js "${BANS:-100000}" "${OFFENDERS:-1000000}"
