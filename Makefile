# The menu. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
SUITES := sample_videos/suites
# What the tests run against besides Python packages; Ceph's gateway is unpacked by its tests themselves.
TESTED_WITH := libgl1 libegl1 libgl1-mesa-dri chromium fonts-noto-cjk postgresql strace gir1.2-gst-rtsp-server-1.0 python3-gi \
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: demo
demo: $(VENV)/demo.stamp ## Install and start the whole farm on sample clips (ARGS=--once: all clips to their score)
	@$(BIN)/sharp-eyes demo $(ARGS)

.PHONY: test
test: check ## Install and pass everything: style, types, arrows, tests, the wheel outside the tree
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not alone"
	$(BIN)/python -m pytest -m alone
	$(BIN)/sharp-eyes evaluate $(SUITES)/ci.toml --stage all --baseline $(SUITES)/ci.baseline.json
	deploy/test-wheel.sh $(PYTHON)

.PHONY: quick
quick: $(VENV)/dev.stamp ## Only the tests that a bare laptop passes in about a minute
	$(BIN)/python -m pytest -n 2 -m "not (alone or real or slow or browser or yolo or ray or s3 or postgres or rtsp)"

.PHONY: check
check: $(VENV)/dev.stamp ## Style, types and the arrows between the folders
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(VENV)/dev.stamp ## Bring the code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: figures
figures: $(VENV)/dev.stamp ## Measure what docs/figures.md states (needs the real clips)
	deploy/figures.sh

.PHONY: clean
clean: ## Remove the environment and what the tools left
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo.stamp: pyproject.toml | $(VENV)/bin/python
	@deploy/debian-packages.sh libgl1
	$(PIP) install --quiet --editable '.[worker,api]'
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(VENV)/bin/python
	@deploy/debian-packages.sh $(TESTED_WITH)
	$(PIP) install --quiet 'torch==2.13.0' 'torchvision==0.28.0'
	$(PIP) install --quiet --editable '.[worker,api,studio,yolo,dev]'
	@touch $@ $(VENV)/demo.stamp
