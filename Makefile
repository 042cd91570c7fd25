.PHONY: help run test check demo lock clean
.DEFAULT_GOAL := help

help:   ## Say what there is
	@sed -n 's/^\([a-z]*\): *## /  make \1\t/p' Makefile

run:    ## Start Rostrum on this machine: web, worker and queue; prints the address and the log-ins
	@tools/run

test:   ## Run every test, on SQLite and PostgreSQL, with real servers and a real browser
	@tools/test

check:  ## Run the static checks alone: ruff, mypy, import contracts
	@tools/check

demo:   ## Fill the database with the demonstration conferences
	@tools/demo

lock:   ## Make the locked requirements again from pyproject.toml
	@tools/lock

clean:  ## Remove the virtual environment and caches; the data in instance/ stays
	@tools/clean
