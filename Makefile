# Everything is set up from nothing but python3 (3.11 or newer), make and git.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CORPUS := decks/python-interview
OUT := build

.PHONY: run test clean

# Check the shipped corpus, write it for Anki and for paper, and say how to begin.
run: $(VENV)/.run
	@mkdir -p $(OUT)
	@$(BIN)/srs --decks $(CORPUS) check
	@$(BIN)/srs --decks $(CORPUS) export apkg $(OUT)/python-interview.apkg
	@$(BIN)/srs --decks $(CORPUS) export pdf $(OUT)/python-interview-sheet.pdf
	@$(BIN)/srs --decks $(CORPUS) export pdf $(OUT)/python-interview-cards.pdf --layout cards
	@$(BIN)/srs --decks $(CORPUS) export pdf $(OUT)/python-interview-quiz.pdf --layout quiz --number 20
	@echo
	@echo "Due today:"
	@$(BIN)/srs --decks $(CORPUS) due
	@echo
	@echo "Study now:       $(BIN)/srs --decks $(CORPUS) review"
	@echo "On your phone:   import $(OUT)/python-interview.apkg into Anki"
	@echo "On paper:        print the PDFs in $(OUT)/ (the cards double-sided, over the long edge)"
	@echo "Your own cards:  $(BIN)/srs init my-cards"

# Lint, check types and run all tests.
test: $(VENV)/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -n auto --dist worksteal

clean:
	rm -rf $(VENV) $(OUT)

$(VENV)/.run: pyproject.toml | $(BIN)/python
	@echo "Installing srs into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	@echo "Installing srs, its test tools and what the data cards need into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,data]'
	@touch $@ $(VENV)/.run

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "srs needs Python 3.11 or newer: name one with make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "this Python lacks venv: install it (Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
