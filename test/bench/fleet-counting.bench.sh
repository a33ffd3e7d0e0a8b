# Failures of a thousand hosts counted together, against one window over all of them. Takes five minutes;
# `bash test/bench/fleet-counting.bench.sh 100` measures a hundred hosts alone.
set -euo pipefail
exec node build/test/test/bench/fleet-counting.js "$@"
