# `make` alone says what there is. What it makes goes to .venv, node_modules and CANDOUR_HOME (.candour), nowhere else.
.DEFAULT_GOAL := help
.PHONY: help deps build run codes test lint bench lock clean

export CANDOUR_HOME ?= $(CURDIR)/.candour
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

deps: ## packages from the lock files into .venv and node_modules
	@deploy/local/deps.sh

run: deps ## the whole of Candour on this machine, with demo keys and handlers; Ctrl-C stops it
	@exec python -m deploy.local.run

codes: ## the demo handlers' sign-ins, with the codes of this half minute
	@python -m deploy.local.run codes

build: deps ## the frozen public site anew, for the demo site that `make run` founded
	@python -m reporter build --site-dir "$(CANDOUR_HOME)/site"

test: deps ## every check and every test
	@deploy/local/test.sh

lint: deps ## style, types and import rules only
	@deploy/local/test.sh lint

bench: ## speeds and sizes, written to tests/benchmarks/RESULTS.md and results.json
	@deploy/local/deps.sh tests
	@python -m tests.benchmarks

lock: deps ## the Python lock files anew, from pyproject.toml
	@deploy/local/lock.sh

clean: ## removes what make made, and the demo data
	rm -rf .venv */*/node_modules handler/web/static/console.css "$(CANDOUR_HOME)" .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
