.DEFAULT_GOAL := help
.PHONY: help setup setup-browser demo test check docs test-lowest format lock clean

SETUP := infra/setup.sh
BIN := .venv/bin
MKDOCS = NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## system packages where allowed, and .venv/ with the package (EXTRAS=a,b, PYTHON=...)
	@$(SETUP) setup

setup-browser:  ## Chromium and Playwright, to look at cards and reports (make test takes them where it may)
	@$(SETUP) browser

demo:  ## synthesize 60 pages, build every stage from them, check the result
	@$(SETUP) demo
	$(BIN)/gyogwa synthesize --output demo/input --count 60 --seed 7 --overwrite
	$(BIN)/gyogwa build --input demo=demo/input --licence demo=CC0-1.0 --output demo/run \
		--curriculum varco2-1.7b
	$(BIN)/gyogwa lint demo/run
	@echo "Sample cards: $(CURDIR)/demo/run/cards/index.html"

# Half of a test's time it waits for programs that it started, so there are more workers than cores;
# each takes up to 3 GB in the end.
test: WORKERS ?= 4
test:  ## the tests (ARGS="tests/loader -k resume" for some of them, WORKERS=2 where memory is short)
	@$(SETUP) test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check:  ## what continuous integration runs: format, lint, layers, types, docs, then make test
	@$(SETUP) test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(MKDOCS) build
	@$(MAKE) --no-print-directory test

docs:  ## the documentation as a site on this machine, at 127.0.0.1:8000
	@$(SETUP) test
	$(MKDOCS) serve

test-lowest:  ## the tests at the lowest versions that pyproject.toml declares
	@$(SETUP) test
	infra/test_lowest.sh

format:  ## format the code and apply the safe lint fixes
	@$(SETUP) setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Every extra in one environment, so that what is locked is known to fit together. Local version
# suffixes (+cpu) go: the lock must hold for every build of PyTorch, whose version moves only when
# asked for (make lock TORCH=2.14.1), since not every build appears at once.
lock: TORCH ?= $(shell sed -n 's/^torch==//p' constraints.txt)
lock:  ## resolve every extra afresh and write constraints.txt
	@$(SETUP) setup
	rm -rf .cache/lock
	$(BIN)/python -m venv .cache/lock
	.cache/lock/bin/pip install --quiet --upgrade pip setuptools
	.cache/lock/bin/pip install --quiet torch==$(TORCH)
	.cache/lock/bin/pip install --quiet torch==$(TORCH) \
		--editable ".[pipeline,paddle,loader,audit,gcp,aws,synthesize,browser,dev]"
	.cache/lock/bin/pip check
	.cache/lock/bin/pip install --quiet --no-deps rapidocr
	{ sed '/^[^#]/,$$d' constraints.txt; \
		.cache/lock/bin/pip freeze --all --exclude gyogwa \
		| sed -E '/^(nvidia-|cuda-|triton==)/d; s/\+[a-z0-9.]+$$//'; } > .cache/constraints.txt
	mv .cache/constraints.txt constraints.txt
	rm -rf .cache/lock

clean:  ## remove the environment, caches and the demo
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist demo *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
