# Two commands do everything: `make demo` and `make test`.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
TEXTS  ?=

.PHONY: demo test slow check lint types layers bench fuzz clean

$(VENV)/installed: setup.cfg pyproject.toml $(shell find docctl policies procedures templates -type f -not -name '*.pyc')
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@rm -rf build  # what an earlier build left would be packed again
	@$(BIN)/pip install --quiet --disable-pip-version-check .
	@touch $@

$(VENV)/tested: setup.cfg
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check '.[test]'
	@touch $@

demo: $(VENV)/installed
	@rm -rf demo
	@$(BIN)/docctl demo demo $(if $(TEXTS),--texts $(TEXTS))

# Tests run on the source tree; what they need beside Python comes from Debian where it is missing. First what is quick for
# what it is; the long ones (`tests/conftest.py` names them) are `make slow`.
PYTEST := PYTHONPATH=. $(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder

test: $(VENV)/tested
	@sh tests/needs.sh
	@$(PYTEST) -m "not slow"

slow: $(VENV)/tested
	@sh tests/needs.sh
	@$(PYTEST) -m slow

lint: $(VENV)/tested
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/tested
	@PYTHONPATH=. $(BIN)/mypy

check: lint types test slow

bench: $(VENV)/tested
	@PYTHON=$(BIN)/python sh bench/run.sh

# Every target for so many seconds, or TARGETS="tree message"; what is found lies in .fuzz/ (fuzz/README.md).
SECONDS ?= 600
fuzz: $(VENV)/tested
	@$(BIN)/pip install --quiet --disable-pip-version-check '.[fuzz]'
	@PYTHONPATH=. nice $(BIN)/python -m fuzz.run $(SECONDS) $(TARGETS)

clean:
	@rm -rf $(VENV) .fuzz demo build *.egg-info
