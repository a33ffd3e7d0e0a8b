# A thousand jails: start, memory, what one reload and a hundred reloads take, and what an entry costs. Takes some minutes;
# JAILS=100 is a quick look.
exec node build/test/test/bench/jails.js "${JAILS:-1000}"
