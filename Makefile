# Everything sets itself up on a machine with python3 >= 3.11, make and a package index.
PYTHON ?= python3
SERVE ?= 1
BIN := .venv/bin

# as many workers as cores are busy already: one thread each for linear algebra
export OPENBLAS_NUM_THREADS ?= 1
# tests start Python a hundred times over: compile once
unexport PYTHONDONTWRITEBYTECODE
# they bring a thousand warehouses to rest and throw them away: where memory is to be had as a folder
# (4 GB of it) that costs no disk its fsync
MEMORY := $(shell df --output=avail /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 4e6 {print "/dev/shm"}')
ifneq ($(MEMORY),)
export PYTEST_DEBUG_TEMPROOT ?= $(MEMORY)
endif

.PHONY: demo test endure lint docs pictures bench bench-fleet conformance install clean superset-check superset-dashboard

install: .venv/installed

# in a terminal pip tells what it fetches, with its bar; into a log goes a line a stage
PIP_INSTALL = $(BIN)/python -m pip install $$(test -t 2 || echo --quiet) --disable-pip-version-check \
	--constraint constraints.txt --config-settings editable_mode=compat --editable

MAKE_VENV = @test -x $(BIN)/python || { echo "making .venv" && $(PYTHON) -m venv .venv; }

# what runs: less than half of what develops
.venv/running: pyproject.toml constraints.txt
	$(MAKE_VENV)
	@echo "installing Leyden and what it runs on into .venv"
	@$(PIP_INSTALL) .
	@touch $@

.venv/installed: pyproject.toml constraints.txt
	$(MAKE_VENV)
	@echo "installing Leyden, what it runs on, and what tests and develops it, into .venv"
	@$(PIP_INSTALL) ".[develop]"
	@touch .venv/running $@

# each peer brings a world of its own: only `make bench` and `make conformance` run them
.venv-%/installed: benchmarks/%.txt
	test -x .venv-$*/bin/python || $(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --requirement $<
	touch $@

demo: .venv/running  ## ingest a small synthetic study, ask one question, serve on 127.0.0.1:8000 (PORT=8001 for another)
	@$(BIN)/leyden demo $(if $(filter 0,$(SERVE)),--no-serve) $(if $(PORT),--port $(PORT))

# three rings: what runs on every change, what .ci/run adds (what is slow, more examples of each law),
# and what goes on for hours
test: install        ## the suite, without what is slow; PostgreSQL tests run when LEYDEN_TEST_POSTGRES_URL is set
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "$(or $(MARKS),not slow)" $(if $(LAWS),--hypothesis-profile=$(LAWS))

endure: install      ## a thousand kills, damage by the hundred thousand a reader, laws searched at length
	LEYDEN_KILLS=$(or $(KILLS),1000) LEYDEN_MUTATIONS=$(or $(MUTATIONS),100000) LEYDEN_PATTERNS=1000 $(BIN)/python -m pytest -n 2 --dist worksteal -m endure
	$(BIN)/python -m pytest -n 2 --dist worksteal --hypothesis-profile=search tests/ingest/laws

lint: install        ## style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: install        ## write the generated pages and the SDL
	$(BIN)/leyden docs

pictures: install    ## look at the demo's pages in chromium and write docs/page-*.png
	LEYDEN_PICTURES=docs $(BIN)/python -m pytest -q tests/service/page/browser/test_picture.py

bench: install .venv-impedance/installed .venv-ionworks/installed  ## side by side against named peers; writes benchmarks/results.md
	$(BIN)/python benchmarks/run.py

PEERS := cellpy ionworks pyprobe newarenda impedance pyimpspec zahner
conformance: install $(PEERS:%=.venv-%/installed)  ## every real export beside other readers; writes docs/conformance.md
	$(BIN)/python -m benchmarks.conformance

bench-fleet: install  ## 10,000 cells of 500 cycles asked over HTTP, beside bare DuckDB; CELLS=1000 for fewer
	$(BIN)/python -m benchmarks.fleet_answers $(CELLS)

# Superset pins its own world: only `make superset-check` runs it
.venv-superset/installed: .ci/superset/requirements.txt .ci/superset/constraints.txt
	test -x .venv-superset/bin/python || $(PYTHON) -m venv .venv-superset
	.venv-superset/bin/python -m pip install --quiet --requirement $< \
		--constraint .ci/superset/constraints.txt
	touch $@

superset-check: install .venv-superset/installed  ## Apache Superset reads the published demo and charts what the service answers
	.ci/superset/run

superset-dashboard:  ## build/leyden-superset.zip, as Superset imports a dashboard
	mkdir -p build
	$(PYTHON) -m zipfile -c build/leyden-superset.zip dashboards/superset

clean:               ## forget the environment, keep the warehouse
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .hypothesis
