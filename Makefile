# make demo   set up, then the whole job on the embedded corpus: real scores, no download
# make test   set up, then: package and notebooks in step, notebooks clean, nbdev_test on all of them
# make lab    set up, then open the notebooks in JupyterLab
# make bench       set up, then how fast and how faithful (09_bench, with its slow cells): some minutes on an idle machine
# make robustness  set up, then 2,000 damaged files, 50 killed runs, a full disk and damaged SoundFonts (10_robustness), then damaged
#                  recordings, scores, archives, models and caches (10a_attacks): about three quarters of an hour
# make experiments set up, then the tables of 11_experiments, 11a_musicnet and 11b_world: hours, and it needs the collections that data/README.md names
#                  (these three run a notebook in place: what was measured stands in it afterwards)
# make wheel      set up, then build a wheel and ask it in an environment of its own: a minute
# make clean  remove what set-up built (.venv, .uv) and the caches; data/ stays
.PHONY: demo test lab wheel bench robustness experiments setup clean

ifeq ($(shell uname),Darwin)
HOMEBREW_PREFIX ?= $(shell brew --prefix 2>/dev/null)
export HOMEBREW_PREFIX
endif

ce = .venv/bin/composer-embed

demo: setup
	$(ce) corpus embedded --out data/embedded
	$(ce) ingest data/embedded/known
	$(ce) ingest data/embedded/unknown
	@test -f data/model/config.json || $(ce) train data/embedded/known --out data/model
	@test -f data/report/summary.txt || $(ce) evaluate data/embedded/known --unknown data/embedded/unknown --folds 3 --baselines all --out data/report >/dev/null
	$(ce) rank data/embedded/unknown --model data/model
	@cat data/report/summary.txt

test: setup
	@.venv/bin/python scripts/test.py

lab: setup
	@PATH="$$PWD/.venv/bin:$$PATH" .venv/bin/jupyter-lab nbs/

wheel: setup
	@.venv/bin/python scripts/wheel.py

bench: notebook = nbs/09_bench.ipynb
robustness: notebook = nbs/10_robustness.ipynb nbs/10a_attacks.ipynb
experiments: notebook = nbs/11_experiments.ipynb nbs/11a_musicnet.ipynb nbs/11b_world.ipynb
bench robustness experiments: setup
	$(ce) corpus embedded --out data/embedded
	PATH="$$PWD/.venv/bin:$$PATH" .venv/bin/jupyter-nbconvert --to notebook --execute --inplace --ExecutePreprocessor.timeout=-1 $(notebook)
	.venv/bin/nbdev_clean

setup:
	@sh scripts/setup.sh

clean:
	rm -rf .venv .uv build dist *.egg-info _docs _proc
	find nbs composer_embed scripts \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
