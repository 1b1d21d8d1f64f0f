# Every target does its own set-up. `make demo` and `make test` need npm, git and make, nothing else.
SHELL := /bin/bash
NPX := npx --no-install
STAMP := node_modules/.sluice-setup

.PHONY: setup demo test property e2e bench lint check generate build coverage

setup: $(STAMP)

$(STAMP): package.json package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

demo: setup
	@npm run --silent sluice -- demo $(ARGS)

test: setup
	@$(NPX) vitest run $(ARGS)

# Ten thousand random releases, twice as many workers as vitest would take on two cores
property: setup
	@PROPERTY_RUNS=10000 $(NPX) vitest run --maxWorkers=2 src/canary/testing/property $(ARGS)

coverage: setup
	@$(NPX) vitest run --coverage $(ARGS)

lint: setup
	@$(NPX) biome check .

check: setup
	@$(NPX) tsc -p tsconfig.json

generate: setup
	@npm run --silent generate

build: setup
	@npm run --silent build

bench: build
	@npm exec -- node bench/main.ts $(ARGS)

e2e: setup
	@$(NPX) vitest run --config e2e/vitest.config.ts $(ARGS)
