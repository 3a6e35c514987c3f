# `make` alone says what there is. Everything it makes goes to .venv, node_modules, site/ and .candour (CANDOUR_HOME).
.DEFAULT_GOAL := help
.PHONY: help deps lock

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

deps: ## packages from the lock files into .venv and node_modules
	@deploy/local/deps.sh

lock: deps ## the Python lock files anew, from pyproject.toml
	@deploy/local/lock.sh
