# `make` builds; `make check` is the quick round; `make test` is everything. `make help` lists the rest.
SHELL := /bin/bash
VERSION := $(shell sed -n 's/^  "version": "\(.*\)",/\1/p' package.json)
BIN := node_modules/.bin
SOURCES := $(shell find src -name '*.ts')
NATIVE := $(wildcard src/journal/native/*.[ch])
EXTERNAL := --external:ffi-napi --external:sqlite3 --external:usocket --external:x11
BUNDLE := $(BIN)/esbuild --bundle --platform=node --target=node20 --format=cjs --log-level=warning \
  --define:import.meta.dirname=__dirname $(EXTERNAL)

.PHONY: all check test test-fast test-system test-e2e lint types deb install demo bench clean setup help

all: dist/f2bd.js dist/f2bctl.js $(if $(NATIVE),dist/f2b-journal.so) dist/package.json

node_modules/.done: package-lock.json
	test/setup node
	@touch $@

setup: node_modules/.done

dist/package.json:
	@mkdir -p dist
	@echo '{ "type": "commonjs", "version": "$(VERSION)" }' > $@

dist/%.js: src/bin/%.ts $(SOURCES) package.json node_modules/.done
	$(BUNDLE) --define:__F2B_VERSION__='"$(VERSION)"' --outfile=$@ $<

dist/f2b-journal.so: $(NATIVE) node_modules/.done
	@mkdir -p dist
	$(CC) -std=gnu11 -O2 -g -fPIC -shared -Wall -Wextra -Werror -pthread -fvisibility=hidden $(CFLAGS) -o $@ $(filter %.c,$(NATIVE)) -lsystemd

build/test/.done: $(SOURCES) $(shell find test -name '*.ts') tsconfig.json node_modules/.done
	@rm -rf build/test
	$(BIN)/tsc -p tsconfig.json
	@touch $@

types: node_modules/.done
	$(BIN)/tsc -p tsconfig.json --noEmit

lint: node_modules/.done
	$(BIN)/biome check --error-on-warnings .

check: types lint test-fast

test-fast: all build/test/.done
	node test/run.mjs 2 architecture.test.js docs.test.js unit property contract simulation

clean:
	rm -rf build dist
