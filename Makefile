# Every target runs on a fresh clone, without arguments. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
GO ?= go
export GOFLAGS ?= -buildvcs=false

.DEFAULT_GOAL := help
.PHONY: help build demo test deps race throughput cases fuzz golden model crash load queue story cluster door ledger-year ledger-leak ledger-bench verifier

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

build: ## build bin/rogatory and bin/rogatory-witness, static binaries; needs nothing but Go
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/ ./cmd/rogatory ./cmd/rogatory-witness

demo: build ## screen an example that ships with the project, and compare it
	bin/rogatory screen examples/cases/abu-15.json
	bin/rogatory compare examples/cases/abu-15.json

deps: ## install what the whole test run needs (Debian, Ubuntu; as root)
	tools/deps

test: ## format, vet, floors, all tests with the race detector, every fuzz target, the cross-checks
	tools/test

race: ## race the evaluator against OPA, cel-go and generated Go on the floor rulebook
	cd crosscheck && $(GO) run ./race

throughput: ## from file bytes to outcome, 100,000 documents on all cores
	$(GO) run ./tools/throughput

cases: ## screen every corpus and print the tables: outcome, wanted, grounds, false stops by language
	$(GO) test -count=1 -v -run 'TestCases|TestOwn|TestHoldout|TestUnseen|TestMetamorphic' ./screen

model: ## walk every reachable state of a case, prove the statements, delete each guard and see it caught
	$(GO) run ./tools/model

crash: ## kill the office at random moments under load, on SQLite and PostgreSQL: nothing lost, nothing twice
	$(GO) run ./tools/crash

load: ## durable submissions a second, as ratios to no storage and to a bare loop, on both engines
	$(GO) run ./tools/load

queue: ## pages of the queue at one million cases, cold start, idle memory, on both engines
	$(GO) run ./tools/queue

story: ## live whole lives through the public API, with real mail and both databases, the clock under control
	$(GO) run ./tools/story

cluster: ## three processes on one PostgreSQL, killed at random under load: nothing lost, nothing twice
	$(GO) run ./tools/cluster

door: ## a flood of 10,000 forged requests; latency at one million cases, as ratios to the store alone
	$(GO) run ./tools/door

ledger-year: ## a year of the public log with planted faults: the monitor finds each, from public files alone
	$(GO) run ./tools/year

ledger-leak: ## two years that differ in their cases, compared as an adversary would
	$(GO) run ./tools/year -leak

ledger-bench: ## replay of a million leaves, what a proof costs, throughput against Tessera
	cd crosscheck && $(GO) run ./ledgerbench

verifier: ## build bin/verifier.html, one page that checks a proof file without any server
	$(GO) run ./web/verifier/build -o bin/verifier.html

fuzz: ## run every fuzz target on a million inputs each
	FUZZTIME=1000000x tools/fuzz

golden: ## rewrite the golden files; read the difference before you commit it
	$(GO) test ./rulebook ./law ./calendar ./lifecycle ./letter ./ledger ./ledger/monitor ./proof/entry ./proof/entry/words -update
