# All shipped jails on at once: what reading and matching of mixed entries takes, and which filters take the most of it.
# ENTRIES=50000 is a quick look.
exec node build/test/test/bench/all-jails.js "${ENTRIES:-500000}"
