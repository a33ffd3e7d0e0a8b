# The agent reading 200,000 entries to their end, beside journalctl and fail2ban. Takes some minutes; ENTRIES=20000 is a
# quick look.
exec node build/test/test/bench/agent.js "${ENTRIES:-200000}"
