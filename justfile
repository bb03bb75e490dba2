# K-MAP's verbs. `./just VERB` sets up what is missing first.

set positional-arguments
export PATH := justfile_directory() / ".venv/bin:" + env("PATH")
python := "python -P"

# list the verbs
default:
    @just --list --unsorted

# set up everything (packages, environment, database); what the others do first
setup:
    @kmap db start

# the main job on the sample town: load, scrutinise a drawing, read a plot, serve the site (--once: print and end)
demo *flags: setup
    @{{python}} tools/demo.py "$@"

# all checks and tests, about three minutes when warm (extra arguments go to pytest)
test *args: check setup
    @{{python}} -m pytest -n 2 --dist loadgroup "$@"

# style, types, import contracts, in seconds
check:
    @ruff check -q .
    @ruff format -q --check .
    @said=$(lint-imports --no-cache 2>&1) || { echo "$said"; exit 1; }
    @mypy

# serve the site and the API on 127.0.0.1 (--port N)
serve *flags: setup
    @{{python}} -m api "$@"

# run the cases of one rule folder, or of the whole book
rule-test folder="": 
    @{{python}} -m pytest -q rules/book/{{folder}}

# execute the notebooks and keep their outputs
notebooks: setup
    @kmap town
    @{{python}} tools/run_notebooks.py

# line and branch coverage of the whole suite
coverage *args: setup
    @{{python}} -m pytest -n 2 --dist loadgroup --cov=rules --cov=gis --cov=kmap --cov=api --cov-branch --cov-report=term:skip-covered "$@"

# speed of the rule engine beside its peers on the same work, as JSON lines
bench-rules *args:
    @{{python}} tools/bench_rules.py "$@"
    @{{python}} tools/bench_columns.py
    @uv pip install -q --python .venv/bin/python --require-hashes -r requirements-bench.lock
    @{{python}} tools/bench_peers.py

# random plans and 10,000 mutated drawings, about an hour (arguments go to the law's part)
torture *args: torture-drawings torture-extracts
    @{{python}} tools/torture_rules.py "$@"

# mutated drawings read in limited children and judged: no crash, no false pass (--count 10000)
torture-drawings *args:
    @{{python}} tools/torture_drawings.py "$@"

# forged extracts (about 40,000) and runs over watches killed at random moments (--kills N)
torture-extracts *args: setup
    @{{python}} tools/torture_extracts.py "$@"

# coverage-guided fuzzing of the reader of drawings (--runs N, --seconds N); ends by itself
fuzz-drawings *args: bench-packages
    @{{python}} tools/fuzz_drawings.py "$@"

# speed of reading and judging drawings beside other readers, and through the API, as JSON lines
bench-drawings *args: setup bench-packages
    @{{python}} tools/bench_drawings.py "$@"

# load on the door alone (--requests N); does the memory stay flat: --soak --requests 10000
bench-door *args: setup
    @{{python}} tools/bench_door.py "$@"

[private]
bench-packages:
    @uv pip install -q --python .venv/bin/python --require-hashes -r requirements-bench.lock

# the land answer over a million plots beside pyramid_oereb, as JSON lines (--plots N, --restrictions N); about ten minutes
bench-land *args: setup
    @{{python}} tools/bench_land.py --peers "$@"

# overlaps of made cases and of 10,000 plots against plain overlays, and under shifts (--count N, --cases N)
torture-land *args: setup
    @{{python}} tools/torture_land.py "$@"

# whom a changed rule touches, over a million plots made for it, as JSON lines (--keep DATABASE)
bench-impact *args: setup
    @{{python}} tools/bench_impact.py "$@"

# speed of tiles, as JSON lines
bench-tiles *args: setup
    @{{python}} tools/bench_tiles.py "$@"

# OGC API - Features beside tipg and pygeoapi, as JSON lines (--database URL --peers PYTHON)
bench-features *args: setup
    @{{python}} tools/bench_features.py "$@"

# 10,000 evaluations of random plans stored, repeated under their own books, and a tampered one found (--count N)
bench-replay *args: setup
    @{{python}} tools/bench_replay.py "$@"

# resolve the dependencies anew and lock them with hashes
lock:
    @uv pip compile -q --universal --generate-hashes --group dev --python-version 3.11 pyproject.toml -o requirements.lock --no-header --no-annotate
    @uv pip compile -q --universal --generate-hashes --group bench -c requirements.lock --python-version 3.11 -o requirements-bench.lock --no-header --no-annotate

# stop the private database
stop:
    @kmap db stop
