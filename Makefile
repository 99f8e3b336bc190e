# The everyday commands. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help demo test test-api soak bench bench-search lint fmt

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Unoptimized on purpose: it builds in half the time, `make test` builds on it, and no person
# notices the difference in a page.
demo: ## Everything in one process, with no configuration: prints the links to click (ARGS="--fresh")
	@scripts/setup demo
	@cargo run -- demo $(ARGS)

# A machine without a browser would skip the browser tests; here they must run.
test: ## Every test, also in a real browser and on a real PostgreSQL
	@scripts/setup test
	E2E_REQUIRED=1 cargo test --workspace

test-api: ## The API against its own description: generated requests with each role's key, on a demo
	@scripts/setup api
	@cargo build -q
	@target/api-test/venv/bin/python scripts/test-api

soak: ## The long proofs: crowds of tenants, processes killed and stopped, PostgreSQL crashed
	cargo test --test it -- --ignored --nocapture soak
	cargo test --lib -- --ignored --nocapture soak

bench: ## What the service does per second, against the limit of the same machine in the same run
	@scripts/setup demo
	cargo run --release -p bench -- $(ARGS)

bench-search: ## Support's look-up among 10,000 customers and a million: three minutes to make them
	@scripts/setup demo
	cargo run --release -p bench -- support_search_growth

lint: ## Format, lints, documentation and dependencies, all strict
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check; \
	else echo "cargo-deny is not installed: dependencies not checked (cargo install cargo-deny)"; fi

fmt: ## Formats the code
	cargo fmt --all
