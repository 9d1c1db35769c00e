# The commands of the house. `make help` lists them.

# As root or as a user alike, also where HOME is not set or cannot be written: Go needs a place for its caches.
ifneq ($(shell [ -n "$$HOME" ] && [ -w "$$HOME" ] && echo yes),yes)
export HOME := $(shell d="$$(getent passwd "$$(id -u)" 2>/dev/null | cut -d: -f6)"; [ -n "$$d" ] && [ -w "$$d" ] && echo "$$d" || echo "$(CURDIR)/.cache")
endif
export PATH := $(PATH):/usr/local/go/bin

GO          ?= go
STATICCHECK := $(GO) tool -modfile=tools/go.mod staticcheck
TESTSUM     := $(GO) run ./scripts/testsum
FUZZTIME    ?= 10s
RESOURCES   ?= 100000

# Tests with a library that the program does not have, in a module of their own.
FOREIGN     := internal/report/parquet/foreign

# The race detector waits a second at the end of every test binary for goroutines that are still running; all of ours are waited for.
export GORACE ?= atexit_sleep_ms=10

MAKEFLAGS += --no-print-directory

.PHONY: help
help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | while IFS='	' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

.PHONY: check
check: lint ## format, vet, staticcheck and all tests with the race detector; no network, run it after every small step
	@$(TESTSUM) -race -short ./...

.PHONY: test
test: setup lint ## install what is missing (Debian 12 or newer), then check everything there is, with more draws and larger inputs than check; nothing is skipped
	@$(TESTSUM) -race -count=1 -timeout 20m ./...
	@$(GO) -C $(FOREIGN) vet ./...
	@$(TESTSUM) -C $(FOREIGN) -count=1 ./...

.PHONY: conformance
conformance: ## compare with the outside truth in DEMARC_SHARED (default: ../shared); not run where the folder is absent
	@scripts/conformance

.PHONY: bench
bench: ## measure speed and memory on generated estates and write docs/performance.md
	@$(GO) run ./scripts/bench

.PHONY: scale
scale: setup ## start PostgreSQL and workers, kill one at its work, and print equal hashes and times; RESOURCES=N (default 100000)
	@$(GO) run ./scripts/scale -resources $(RESOURCES)

.PHONY: fuzz
fuzz: ## run every fuzz test for FUZZTIME (default 10s)
	@FUZZTIME=$(FUZZTIME) scripts/fuzz

.PHONY: generate
generate: ## write the generated files again: the compact catalogue and the like
	$(GO) generate ./...

.PHONY: golden
golden: ## write the expected outputs of tests again; read the difference before you keep it
	$(GO) test $$(scripts/golden-packages) -update

# The pieces of the above.

.PHONY: setup
setup:
	@scripts/setup

.PHONY: lint
lint:
	@files=$$(find . -name .cache -prune -o -name '*.go' -print | xargs gofmt -l); [ -z "$$files" ] || { echo "gofmt: these files need formatting (gofmt -w):"; echo "$$files"; exit 1; }
	@$(GO) vet -tags conformance ./...
	@$(STATICCHECK) -tags conformance ./...
