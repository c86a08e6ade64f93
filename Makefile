# The commands of this project. `make` lists them.

.DEFAULT_GOAL := help
.PHONY: help demo test check lint vulncheck fuzz bench scale cost crash-test neighbour soak validate sam-build emulator browser-test screenshots

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-13s %s\n", $$1, $$2}'

demo: ## run the whole system on this machine, send a webhook and show it
	go run ./infra/webhooks demo

test: ## run every test with the race detector
	infra/tools/test

check: ## run everything that CI checks (installs the tools that it needs)
	.ci/run

lint: ## run gofmt, go vet and staticcheck
	infra/tools/lint

vulncheck: ## look for known vulnerabilities in dependencies, if the database can be reached
	infra/tools/vulncheck

fuzz: ## run every fuzz target 50,000 times; FOR=1000000x to run longer
	infra/tools/fuzz $(FOR)

bench: ## benchmark the node against a bare net/http loop, rendering against encoding/json, and cold starts
	go run ./infra/nodetest bench
	go test -run '^$$' -bench . -benchmem ./shared/template ./functions/fanout
	go run ./infra/e2e/coldstart

scale: ## simulate 100 million deliveries a day with endpoints that are down, on the real handlers
	go run ./infra/nodetest scale

cost: ## calculate the AWS cost of a million deliveries from the calls of the deployed binaries
	go test -count=1 -v -run '^TestCostOfADelivery$$' ./infra/e2e

crash-test: ## kill the node repeatedly during 20,000 events and check that nothing is lost
	go run ./infra/nodetest crash

neighbour: ## measure one user's latency while another user has 5,000 dispatches to an endpoint that hangs
	go run ./infra/nodetest fairness

soak: ## run the node under load with faults, kills, a full disk and clock jumps; FOR=10m to run longer
	go run ./infra/nodetest soak $(if $(FOR),-for $(FOR))

validate: ## check the SAM template with sam validate --lint, cfn-lint and checkov
	infra/tools/validate

sam-build: ## build the three Lambda binaries with sam build: linux/arm64, static, small, reproducible
	infra/tools/build

emulator: ## run emulators of DynamoDB, SQS, EventBridge and KMS with the resources of the template
	go run ./infra/emulators/run

browser-test: ## test the console in a real browser
	infra/browser/test

screenshots: ## update the pictures of the console in infra/docs/operating.md
	infra/browser/screenshots
