# `make run` and `make test` need Python 3.11 or newer and nothing else.
.PHONY: run test quick mutants check bench drill sbom lint format messages compile-messages lock

run: ## set up and serve on http://localhost:8000
	@sh portal/deploy/run.sh

test: ## set up and run every test; ARGS="tests/faq -x" for some
	@sh portal/deploy/test.sh $(ARGS)

quick: ## set up and run what answers in two minutes: no browser, no program, no long walk; SQLite
	@sh portal/deploy/venv.sh requirements-dev.txt
	@TEST_DATABASE_URL= .venv/bin/python -m pytest -n 2 --dist worksteal -m "not browser and not processes and not thorough" $(ARGS)

mutants: ## break the code in many small ways and name what no test notices; takes an hour
	@sh portal/deploy/venv.sh requirements-dev.txt
	@.venv/bin/python -m tests.mutants $(ARGS)

check: lint test ## what continuous integration runs

bench: ## measure and print ratios; ARGS="search" for one
	@sh portal/deploy/venv.sh requirements-dev.txt
	@.venv/bin/python -m tests.bench $(ARGS)

drill: ## back up under load, kill, restore, compare row by row; ARGS="--kills 1000" for many
	@sh portal/deploy/venv.sh requirements-dev.txt
	@.venv/bin/python -m tests.drill $(ARGS)

sbom: ## what a release is made of and under which licences, below var/sbom
	@sh portal/deploy/sbom.sh

lint: ## style, types, import order, migrations
	@sh portal/deploy/lint.sh

format: ## rewrite the code in the house style
	@sh portal/deploy/venv.sh requirements-dev.txt
	@.venv/bin/python -m ruff check --fix .
	@.venv/bin/python -m ruff format .

messages: ## collect the texts to translate (needs gettext)
	@sh portal/deploy/venv.sh requirements-dev.txt
	@DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python manage.py makemessages \
		--all --no-obsolete --no-wrap --add-location file --ignore ".venv/*" --ignore "var/*" --ignore "tests/*"

compile-messages: ## compile the translations, to be committed with them (needs gettext)
	@sh portal/deploy/venv.sh requirements-dev.txt
	@DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python manage.py compilemessages --ignore ".venv"

lock: ## resolve requirements*.in anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		requirements.in --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		requirements-pdf.in --output-file requirements-pdf.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		requirements-dev.in --output-file requirements-dev.txt
