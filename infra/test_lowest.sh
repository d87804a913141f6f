#!/usr/bin/env bash
# Run the tests at the lowest versions of what pyproject.toml asks for, in two environments below
# .cache/lowest/, each of which takes minutes and gigabytes:
#
#   trainer   the extra `loader` alone, so without Beam: the tests of loader and schemas
#   all       every extra that the tests use: all tests
#
# uv finds the lowest versions that fit together, and pip installs them. Two things are not lowered:
# PyTorch, of which constraints.txt names the one build that is tested, and what other packages
# depend on by themselves. In `all` Apache Beam asks for a newer Pillow and datasets for a newer
# PyArrow than a trainer needs: that is why there are two.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=.venv/bin/python
place=.cache/lowest
mkdir -p "$place"
if [[ ! -x $place/uv/bin/uv ]]; then
  "$python" -m venv "$place/uv"
  "$place/uv/bin/pip" install --quiet uv
fi
grep '^torch==' constraints.txt >"$place/pins.txt"

environment() { # NAME EXTRA...
  local name=$1 extra extras=()
  shift
  for extra in "$@"; do extras+=(--extra "$extra"); done
  "$place/uv/bin/uv" pip compile --quiet --python "$python" --resolution lowest-direct \
    --no-header --no-annotate --constraint "$place/pins.txt" "${extras[@]}" pyproject.toml \
    | sed -E '/^(nvidia-|cuda-|triton==)/d' >"$place/$name.txt"
  rm -rf "${place:?}/$name"
  "$python" -m venv "$place/$name"
  local pip=("$place/$name/bin/pip" --disable-pip-version-check install --quiet)
  "${pip[@]}" --upgrade pip setuptools
  "${pip[@]}" --no-deps --requirement "$place/$name.txt"
  "${pip[@]}" --constraint constraints.txt hypothesis pytest pytest-xdist
  PYTHONWARNINGS=ignore "${pip[@]}" --no-deps --no-build-isolation --editable .
}

# The exported JSON Schemas are as the locked pydantic writes them, and PaddleX warns of names that
# only an old one reserves.
tests() { # NAME ARGUMENT...
  local name=$1
  shift
  echo "tests with the lowest versions: $name"
  "$place/$name/bin/python" -m pytest -n 2 -W "ignore:Field:UserWarning" \
    --deselect tests/schemas/test_schemas.py::test_exported_json_schemas_are_current "$@"
}

# What is ignored for a trainer needs other extras, or makes its stages with the pipelines' code.
environment trainer loader
tests trainer -m 'not slow' --ignore tests/loader/hf --ignore tests/loader/test_onevision.py \
  --ignore tests/loader/test_wording.py --ignore tests/loader/test_reader.py \
  tests/loader tests/schemas
environment all dev paddle
"$place/all/bin/pip" install --quiet --no-deps --constraint constraints.txt rapidocr
tests all "$@"
