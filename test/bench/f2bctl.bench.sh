# f2bctl beside fail2ban-client: a thousand bans, a hundred thousand, and a journal of a gigabyte. BANS=20000 and
# MEGABYTES=100 are a quick look.
exec node build/test/test/bench/f2bctl.js "${BANS:-100000}" "${MEGABYTES:-1000}"
