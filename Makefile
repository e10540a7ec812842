# Everything runs from here: `make demo` to look at it, `make test` to test it. `make help` lists the rest.
PYTHON ?= python3
# Arguments for pytest: make test PYTEST="tests/referrals -x"
PYTEST ?=
export PORT RESET WORKERS

.PHONY: help demo test check lock
help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

demo: ## set up and run the demonstration (PORT=8000; RESET=1 starts afresh)
	@$(PYTHON) dev/bootstrap.py demo

test: ## set up and run the tests (WORKERS=2; PYTEST="arguments")
	@$(PYTHON) dev/bootstrap.py tests $(PYTEST)

check: ## lint, types, migrations, deployment settings
	@$(PYTHON) dev/bootstrap.py checks

lock: ## renew requirements/*.lock from requirements/*.in (after make test)
	@for name in setup node base demo dev; do .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate requirements/$$name.in -o requirements/$$name.lock || exit 1; done
