# Everything runs in a virtual environment inside the checkout; a second run starts in seconds.
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.ready

# The tests start the program some hundred times: its modules are compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test lint types fuzz bench bench-wire bench-memory torture tour clean

setup: $(STAMP)

demo: $(STAMP)
	@$(VENV)/bin/termlabel demo

# The tests run side by side; `make test JOBS=0` runs them one after the other.
JOBS := auto
test: lint types
	$(PY) -m pytest -n $(JOBS) --dist worksteal

lint: $(STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(STAMP)
	$(VENV)/bin/mypy

# New random examples for the property tests: make fuzz [SECONDS=600] [SEED=number]
fuzz: $(STAMP)
	$(PY) -m scripts.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

# Figures, median of five; for an idle machine.
bench: $(STAMP)
	$(PY) -m benchmarks

# Bytes and waiting behind a shaped line.
bench-wire: $(STAMP)
	$(PY) -m pip install -q --disable-pip-version-check -e '.[bench]'
	$(PY) -m benchmarks.bench_wire

# Memory while the app walks through odd and large pictures, with limits; takes some minutes.
bench-memory: $(STAMP)
	$(PY) -m benchmarks.memory

# Hundreds of rounds of kill -9, cut and flipped logs, full disks; prints what it counted.
torture: $(STAMP)
	$(PY) -m pytest -m torture -s

# The README's animated picture, of the real app.
tour: $(STAMP)
	$(PY) -m scripts.make_tour

$(STAMP): pyproject.toml
	@command -v python3 >/dev/null || { \
	  echo "Python is missing. On Debian and Ubuntu: apt-get install python3 python3-venv"; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; this is $$(python3 --version)."; exit 1; }
	@python3 -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@test -x $(PY) || python3 -m venv $(VENV)
	@echo "Setting up $(VENV); the first time this takes a minute."
	@$(PY) -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $(STAMP)

clean:
	rm -rf $(VENV) build dist
