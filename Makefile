# `make` builds every review in content/ into build/, on a fresh machine too. `make help` lists the rest.
# Written for GNU make 3.81 and later.

BUILD := build
BIN := .venv/bin

# Files and folders; a character of a name that make would misread becomes a wildcard for itself.
find = $(shell find $(1) | tr ' $$%:;|\#' '???????')
CONTENT := $(call find,content)
TEMPLATE_FILES := $(call find,templates -type f)
PACKAGE := $(call find,scripts/diptych -name '*.py')

REVIEWS := $(patsubst content/%/review.yaml,%,$(filter content/%/review.yaml,$(CONTENT)))
TEMPLATES := $(patsubst templates/%/template.yaml,%,$(filter templates/%/template.yaml,$(TEMPLATE_FILES)))
SHARED := $(filter-out $(TEMPLATES:%=templates/%/%),$(TEMPLATE_FILES))
$(if $(findstring ?,$(REVIEWS)),$(error the folder of a review needs a name without blanks or any of $$ % : ; | #))
outputs = $(foreach review,$(REVIEWS),$(foreach format,pdf docx html,$(BUILD)/$(review)/$(review)-$(1).$(format)))

.PHONY: all $(TEMPLATES:%=%s) test soak fuzz check lint validators oracle bench bench-batch pages parity picture lock clean help
.SECONDEXPANSION:

# The outputs are targets, so make knows which are out of date; but starting the engines takes as long as several outputs.
# So a make below this one lists what is out of date, and as few runs as can be build it. `make -n` and `make -q` ask
# what is out of date: then the outputs themselves are what is needed.
asked := $(findstring n,$(firstword -$(MAKEFLAGS)))$(findstring q,$(firstword -$(MAKEFLAGS)))
list = MAKEFLAGS= $(LISTER) --silent LISTING="$(1)" BUILD=$(BUILD) out-of-date
together = $(if $(asked),,@found=$$($(call list,$(1))) && echo "$$found" | scripts/build.sh $(BIN)/diptych $(BUILD))
needed = $(if $(asked),$(foreach template,$(1),$(call outputs,$(template))))
LISTER := $(MAKE) # not $(MAKE) in the recipe, which `make -n` would run

all: .venv/.installed $(call needed,$(TEMPLATES)) ## every review in every template, as PDF, Word and HTML
	$(call together,$(TEMPLATES))

$(TEMPLATES:%=%s): %s: .venv/.installed $$(call needed,$$*)
	$(call together,$*)

.PHONY: out-of-date
out-of-date: $(foreach template,$(LISTING),$(call outputs,$(template)))

# What an output was made from stands in the file that diptych writes for make. One that it does not know depends on
# the review's folder, the template, what templates share; each depends on the program.
# The stem is REVIEW/REVIEW-TEMPLATE. One run makes all formats: make takes a pattern rule's targets as a group.
-include $(BUILD)/manifest.d
review = $(patsubst %/,%,$(dir $*))
template = $(patsubst $(review)-%,%,$(notdir $*))
inputs = content/$(review)/review.yaml templates/$(template)/template.yaml $(PACKAGE) .venv/.installed \
	$(if $(KNOWN/$@),,$(SHARED) $(filter templates/$(template)/%,$(TEMPLATE_FILES)) \
	$(filter content/$(review) content/$(review)/%,$(CONTENT)))
build = $(BIN)/diptych build content/$(review) --template $(template) --output $(BUILD) --depfile $(BUILD)/manifest.d

$(BUILD)/%.pdf $(BUILD)/%.docx $(BUILD)/%.html: $$(inputs)
	@$(if $(LISTING),echo $(review) $(template),$(build) --format pdf,docx,html)

.venv/.installed: requirements.lock pyproject.toml scripts/setup.sh scripts/system.sh
	@scripts/setup.sh
	@touch $@

tests/validators/node_modules/.installed: tests/validators/package-lock.json scripts/validators.sh scripts/system.sh
	@scripts/validators.sh
	@touch $@

validators: tests/validators/node_modules/.installed ## what the tests check the outputs with

test: .venv/.installed validators ## the tests
	@$(BIN)/pytest -n 2 --dist loadfile

soak: .venv/.installed validators ## the tests that take minutes: long reviews, builds that are killed
	@$(BIN)/pytest -n 2 --dist loadfile -m long

SECONDS := 60
FUZZ := source prose picture jats csl bib ris nbib xml json yaml

fuzz: .venv/.installed ## tries random input on all that reads files, SECONDS (60) each; Linux
	@for target in $(FUZZ); do $(BIN)/python tests/fuzz/targets.py $$target -max_total_time=$(SECONDS) || exit 1; done

lint: .venv/.installed ## ruff and mypy
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

check: lint test ## ruff, mypy and the tests

oracle: .venv/.installed validators ## how far citations and references agree with citeproc-js, style by style
	@cd tests && ../$(BIN)/python -m oracle

bench: all ## the time of each phase, what WeasyPrint and Pandoc take for the same text, and how both grow with the pages
	@$(BIN)/python scripts/bench.py
	@$(BIN)/python scripts/bench_pages.py
	@$(BIN)/python scripts/bench_citations.py
	@$(BIN)/python scripts/bench_word.py
	@$(BIN)/python scripts/bench_start.py
	@$(BIN)/python scripts/bench_preview.py

bench-batch: .venv/.installed ## a batch of generated reviews: cold, after an edit, with no change; COUNT=1000 for the whole
	@$(BIN)/python scripts/bench_batch.py --count $(or $(COUNT),24)

pages: all validators ## pictures of the pages of every output, in build/pages
	@$(BIN)/python scripts/pages.py

parity: all ## how far the Word files are from the PDFs, block by block, worst first
	@$(BIN)/python scripts/parity.py

picture: all validators ## the picture of the pages in README
	@$(BIN)/python scripts/pages.py --readme metastatic-sarcoma

lock: .venv/.installed ## requirements.lock with the newest versions that pyproject.toml allows
	@$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --extra dev --extra cluster --universal --generate-hashes \
		--no-emit-index-url --custom-compile-command 'make lock' --output-file requirements.lock

clean: ## remove what was built
	@find $(BUILD) -mindepth 1 ! -name .gitignore -delete

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'
	@for name in $(TEMPLATES); do printf 'make %-12s %s\n' "$${name}s" "every review's $$name"; done
	@echo "make $(BUILD)/REVIEW/REVIEW-TEMPLATE.FORMAT   one output alone; FORMAT is pdf, docx or html"
