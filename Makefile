# Everything that is done to this project, one line each. `make` lists it.

.DEFAULT_GOAL := help
.PHONY: help demo test check lint vulncheck fuzz bench cost crash-test neighbour soak validate sam-build emulator browser-test screenshots

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-13s %s\n", $$1, $$2}'

demo: ## the whole system on this machine, with a webhook sent and shown
	go run ./infra/webhooks demo

test: ## every test, with the race detector
	infra/tools/test

check: ## all that CI checks (installs the tools that it needs)
	.ci/run

lint: ## gofmt, go vet, staticcheck
	infra/tools/lint

vulncheck: ## known vulnerabilities in the libraries, where the database can be reached
	infra/tools/vulncheck

fuzz: ## every fuzz target 50,000 times; FOR=1000000x for longer
	infra/tools/fuzz $(FOR)

bench: ## the node compared with a bare net/http loop, rendering with encoding/json, cold starts
	go run ./infra/nodetest bench
	go test -run '^$$' -bench . -benchmem ./shared/template ./functions/fanout
	go run ./infra/e2e/coldstart

cost: ## what a million deliveries cost, counted from the calls of the deployed binaries
	go test -count=1 -v -run '^TestCostOfADelivery$$' ./infra/e2e

crash-test: ## 20,000 events while the node is killed again and again: nothing may be lost
	go run ./infra/nodetest crash

neighbour: ## how late one user's webhooks are next to another user's 5,000 to an endpoint that hangs
	go run ./infra/nodetest fairness

soak: ## the node under load, faults, kills, a full disk and clock jumps; FOR=10m for longer
	go run ./infra/nodetest soak $(if $(FOR),-for $(FOR))

validate: ## the SAM template: sam validate --lint and cfn-lint
	infra/tools/validate

sam-build: ## the three Lambda binaries by sam build: linux/arm64, static, small, reproducible
	infra/tools/build

emulator: ## DynamoDB, SQS, EventBridge and KMS on this machine, made from the template
	go run ./infra/emulators/run

browser-test: ## the console in a real browser
	infra/browser/test

screenshots: ## the pictures of the console in infra/docs/operating.md
	infra/browser/screenshots
