# The core with 100,000 bans and 1,000,000 offenders: bytes each, time of a decision.
exec node --expose-gc build/test/test/bench/core.js
