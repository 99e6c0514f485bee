# The commands to remember: make demo · test · quick · check · evidence · run · docs
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
SETUP := .venv/.run-$(shell cksum requirements/run.txt | cut -d' ' -f1)
SETUP_TEST := .venv/.test-$(shell cksum requirements/test.txt | cut -d' ' -f1)
# uv does in seconds what takes pip two minutes; where it finds no packages (an index only pip knows of), pip goes on.
HASHED := pip install -qq --disable-pip-version-check --require-hashes -r
INSTALL = $(BIN)/python -m $(HASHED) requirements/uv.txt && $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $(1) 2>.venv/uv.log || $(BIN)/python -m $(HASHED) $(1)
.PHONY: demo test quick check evidence run docs lock format messages chromium lint

demo: $(SETUP) messages  ## a running site with sample chains on 127.0.0.1:8000
	@$(BIN)/lianban demo --port $(PORT)

test: $(SETUP_TEST) messages  ## what a contributor runs: everything but the long tests and the browser, on SQLite
	$(PYTEST) -q -n 2 -m "not slow and not browser and not evidence"

quick: $(SETUP_TEST) messages lint  ## before every commit, under a minute
	$(PYTEST) -q -n 2 -m "not slow and not browser and not database and not wide and not evidence"

check: $(SETUP_TEST) messages chromium lint  ## before a change lands: both databases, browser, docs
	$(BIN)/mypy
	$(PYTEST) -q -n 2 -m "slow and not browser and not evidence"
	$(PYTEST) -q -m "browser and not evidence" tests/journeys >.venv/browser.log 2>&1 & browser=$$!; \
	$(BIN)/python tests/postgres.py $(PYTEST) -q -n 2 -m "database and not browser and not evidence and not pages" src tests; told=$$?; \
	wait $$browser || told=1; tail -n 60 .venv/browser.log; exit $$told

evidence: $(SETUP_TEST) messages chromium  ## the long catalogue; writes docs/evidence.json
	$(BIN)/python -m tests.evidence

run: $(SETUP) messages  ## the site on the database of LIANBAN_DATABASE_URL
	$(BIN)/lianban site serve

docs: $(SETUP_TEST)  ## rebuild the generated pages of docs/
	$(BIN)/python -m tests.house.generate

lint:
	$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-cache >.venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }

format: $(SETUP_TEST)
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

messages:
	@$(BIN)/python -m lianban.site.translations

chromium:
	@$(BIN)/python tests/journeys/chromium.py

lock:  ## rewrite the hashed locks; they name no address
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --extra web --extra postgres --group build -o requirements/run.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --extra web --extra postgres --extra cluster --group build --group test -o requirements/test.txt
	echo uv | $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements/test.txt - -o requirements/uv.txt

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "没有找到 Python 3.11 或更新版本；已安装在别处时用 make PYTHON=路径 / no Python 3.11 or newer found; if it is elsewhere: make PYTHON=path"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run-%: .venv/bin/python
	$(call INSTALL,requirements/run.txt)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/.test-%: .venv/bin/python
	$(call INSTALL,requirements/test.txt)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-build-isolation --no-deps -e .
	@git config core.hooksPath .githooks 2>/dev/null || true
	@touch $@ $(SETUP)
