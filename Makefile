# `make` builds; `make check` is the quick round; `make test` is everything. `make help` lists the rest.
SHELL := /bin/bash
VERSION := $(shell sed -n 's/^  "version": "\(.*\)",/\1/p' package.json)
ARCH = $(shell dpkg --print-architecture)
BIN := node_modules/.bin
SOURCES := $(shell find src -name '*.ts')
TESTS := $(shell find test -name '*.ts')
SCRIPTS := .ci/run test/setup test/bench/peers test/e2e/boot $(wildcard test/e2e/base*) $(wildcard debian/bin/*) \
  debian/f2b.postinst debian/f2b.postrm debian/f2b-actions.postinst debian/f2b-actions.postrm \
  debian/f2b-fleet.postinst debian/f2b-fleet.postrm debian/f2b-fail2ban.postinst debian/f2b-fail2ban.postrm \
  debian/tests/ban
NATIVE := $(wildcard src/journal/native/*.[ch] src/journal/native/files/*.[ch])
MAN := $(patsubst src/man/%.scd,build/man/%,$(wildcard src/man/*.scd))
DEB = build/f2b_$(VERSION)_$(ARCH).deb
EXTERNAL := --external:ffi-napi --external:sqlite3 --external:usocket --external:x11
# A number package that comes with dbus-next would start V8's WebAssembly engine, whose timers wake an idle agent.
NO_WASM := --define:WebAssembly=undefined
# Without comments: V8 keeps the text, and in two bytes a character for one comment beyond Latin-1. In lines, for stacks.
COMPACT := --minify-whitespace --line-limit=160
ESBUILD := $(BIN)/esbuild --bundle --platform=node --target=node20 --format=cjs --log-level=warning $(NO_WASM) $(EXTERNAL)
BUNDLE := $(ESBUILD) $(COMPACT) --define:import.meta.dirname=__dirname
FAST := architecture.test.js docs.test.js unit property contract simulation
# Those that start programs or wait for disks and servers.
SLOW := $(addprefix %/,cli/ store/ outbox/ actions/ fleet/ fail2ban/ import/ tail/)
QUICK := architecture.test.js docs.test.js $(patsubst test/%/,%,$(filter-out $(SLOW),$(wildcard test/unit/*/)))

.PHONY: all client man check test test-fast lint coverage deb install demo bench clean setup help

all: dist/f2bd.js dist/f2bctl.js dist/f2b-tail.js dist/f2b-metrics.js dist/f2b-fail2ban.js dist/f2b-fail2ban-client.js dist/f2b-actiond.js dist/f2b-fleetd.js $(if $(NATIVE),dist/f2b-journal.so) dist/package.json client ## build the programs into dist/

help:
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: node_modules/.done ## fetch and build the npm packages (the others call it themselves)

node_modules/.done: package-lock.json
	test/setup node
	@touch $@

dist/package.json: package.json
	@mkdir -p dist
	@echo '{ "type": "commonjs", "version": "$(VERSION)" }' > $@

dist/%.js: src/bin/%.ts $(SOURCES) package.json node_modules/.done
	$(BUNDLE) --define:__F2B_VERSION__='"$(VERSION)"' --outfile=$@ $<

dist/f2b-journal.so: $(NATIVE) node_modules/.done
	@mkdir -p dist
	$(CC) -std=gnu11 -O2 -g -fPIC -shared -Wall -Wextra -Werror -pthread -fvisibility=hidden $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$(NATIVE)) -lsystemd

client: build/client/package.json ## the npm package f2b, into build/client/

# One file, the types that it tells, and the licences of what is in it. Nothing of it is native.
CLIENT_TYPES := client/f2b client/connect client/values errors error-kinds
CLIENT_BUNDLED := dbus-next jsbi long safe-buffer @nornagon/put
build/client/package.json: $(SOURCES) $(wildcard src/client/*) package.json LICENSE node_modules/.done
	@rm -rf build/client && mkdir -p build/client/types/client
	$(ESBUILD) --outfile=build/client/f2b.cjs src/client/f2b.ts
	$(BIN)/tsc -p src/client
	@for name in $(CLIENT_TYPES); do cp build/client-types/$$name.d.ts build/client/types/$$name.d.ts; done
	@(cat LICENSE; for name in $(CLIENT_BUNDLED); do printf '\n%s:\n\n' $$name; cat node_modules/$$name/LICENSE; done) \
	  > build/client/LICENSE
	@cp src/client/README.md build/client/ && rm -r build/client-types
	@sed 's/"version": "[^"]*"/"version": "$(VERSION)"/' src/client/package.json > $@

man: $(MAN) ## the man pages, into build/man/

# The first line tells man(1) to run tbl, which scdoc's tables need. Lines in their cells are not spread: most hold few words.
build/man/%: src/man/%.scd
	@mkdir -p build/man
	(echo "'\\\" t"; scdoc < $< | sed 's/T{$$/T{\n.ad l/') > $@

# What the package carries of node_modules.
build/runtime/node_modules: debian/runtime-modules.mjs node_modules/.done
	node debian/runtime-modules.mjs $@
	@touch $@

# Only what changed is compiled again; what was compiled from a file that is gone goes too.
build/test/.done: $(SOURCES) $(TESTS) tsconfig.json node_modules/.done
	@mkdir -p build/test && cd build/test && find . -name '*.js' | \
	  while read -r file; do [ -e "../../$${file%.js}.ts" ] || rm "$$file" "$$file.map"; done
	$(BIN)/tsc -p tsconfig.json --incremental --tsBuildInfoFile build/test/.tsbuildinfo
	@touch $@

lint: node_modules/.done ## style, dead code, shell scripts
	@test/setup lint
	$(BIN)/biome check --error-on-warnings .
	$(BIN)/knip
	shellcheck $(SCRIPTS)
	shellcheck --shell=bash $(wildcard test/bench/*.sh)

# Compiling the tests checks the types of everything.
check: all build/test/.done ## types, style and most unit tests, in less than a minute
	$(BIN)/biome check --error-on-warnings .
	node test/run.mjs 2 $(QUICK)

test-fast: all build/test/.done ## every test that needs no root and boots nothing
	node test/run.mjs 2 $(FAST)

test: lint all build/test/.done deb ## style and every test, also those that need root and boot a system
	test/setup system
	test/setup e2e
	F2B_RUNS=10000 node test/run.mjs 2 $(FAST) system e2e

coverage: all build/test/.done ## which lines the tests reach, the end-to-end ones aside
	test/setup system
	$(BIN)/c8 node test/run.mjs 2 $(FAST) system

deb: $(DEB) ## the Debian package, into build/

# In a copy, so that nothing of the build stays between the sources.
$(DEB): $(SOURCES) $(NATIVE) $(shell find debian units filters src/man -type f 2>/dev/null) Makefile node_modules/.done
	test/setup package
	@rm -rf build/deb && mkdir -p build/deb/f2b
	tar -c --exclude=./build --exclude=./dist --exclude=./node_modules --exclude=./.git . | tar -x -C build/deb/f2b
	@ln -s $(CURDIR)/node_modules build/deb/f2b/node_modules
	cd build/deb/f2b && dpkg-buildpackage -b -us -uc -d >../build.log 2>&1 || { tail -30 ../build.log; exit 1; }
	@mv build/deb/*.deb build/ && rm -rf build/deb/f2b
	@touch $@ && echo $@

install: deb ## build the package and install it on this machine; with DESTDIR=DIR, only unpack it there
ifdef DESTDIR
	dpkg-deb -x $(DEB) $(DESTDIR)
else
	$(if $(filter 0,$(shell id -u)),,sudo )apt-get install -y ./$(DEB)
endif

demo: build/test/.done deb ## attack a throwaway system and watch it defend itself
	@test/setup e2e
	@node build/test/test/e2e/demo.js

bench: all build/test/.done deb ## measure; the scripts are in test/bench/
	@test/setup e2e && test/setup system && test/setup bench
	@for script in $(wildcard test/bench/*.bench.sh); do echo "== $$script"; bash "$$script" || exit 1; done

clean: ## remove everything built
	rm -rf build dist
