# `make run` and `make test` need nothing but a Debian or Ubuntu machine with Python 3.11 or newer.
.PHONY: setup run test check format bench learn faults screenshots package clean
BIN := .venv/bin

setup:
	@scripts/setup

# The window where there is a screen; else the sample goes through all six steps in the terminal.
run: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then exec $(BIN)/regbatch desktop; fi; \
	echo "There is no screen here, so the sample runs in the terminal."; exec $(BIN)/regbatch practice demo

test: setup
	@$(BIN)/python -m pytest -n 3 --dist worksteal -q

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .


# Twenty passes of every kill point; working offline through the long model, 1,000 races, 60 s of slow writers, damage to every
# file; `make test` runs a little of each.
faults: setup
	@$(BIN)/python -m tests.faults --passes 20
	@$(BIN)/python -m tests.sync
	@REGBATCH_TEAM_JOBS=50 $(BIN)/python -m pytest -q -s --timeout 1200 tests/team/test_workers.py

# The peers are installed into an environment of their own by the run.
bench: setup
	@$(BIN)/python -m tests.benchmarks
	@$(BIN)/python -m tests.benchmarks.offline_reads
	@$(BIN)/python -m tests.benchmarks.team_scale
	@$(BIN)/python -m tests.benchmarks.team_workers
	@$(BIN)/python -m tests.benchmarks.offline_window "$$(mktemp -d)"

# The table of points that companies are ranked with, from the development records in ../shared/data.
learn: setup
	@$(BIN)/python -m tests.benchmarks.matching.learn

# The pictures of the user guide, from the journeys that the tests play.
screenshots: setup
	@REGBATCH_SCREENSHOTS=docs/images $(BIN)/python -m pytest -q tests/journeys

# The frozen folder in build/package/dist, the installers in dist (packaging/README.md).
package:
	@packaging/prepare
	@packaging/freeze
	@packaging/linux/wrap

clean:
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
