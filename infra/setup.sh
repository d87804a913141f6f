#!/usr/bin/env bash
# Set up a checkout: system packages, then .venv/ with the package and its extras.
#
#   infra/setup.sh [setup | demo | test | browser]
#
# What the named target can't do without makes it exit with 1 when it is missing. Without root or
# passwordless sudo nothing is installed outside the checkout: the command to run is printed.
#
#   PYTHON=...   the Python to use, 3.11 or 3.12 (otherwise the first one found)
#   EXTRAS=...   the extras to install, with commas (paddle and browser are among the default ones
#                of test only, gcp and aws of none)
#
# For a small PyTorch without CUDA, point pip at such a wheel first, with PIP_FIND_LINKS or
# PIP_EXTRA_INDEX_URL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${1:-setup}
stamp=.venv/.setup-stamp
# An environment made for the tests stays one: make demo between two of them changes nothing.
extras=pipeline,loader,audit,synthesize,dev
if [[ $target == test || -e .venv/.paddle ]]; then extras=$extras,paddle; fi
if [[ $target == test || $target == browser || -e .venv/.browser ]]; then
  extras=$extras,browser
fi
extras=${EXTRAS:-$extras}

packages=(tesseract-ocr tesseract-ocr-kor tesseract-ocr-eng fonts-nanum fonts-nanum-extra
  fonts-dejavu-core fonts-liberation debian-faq debian-faq-ko)
essential=()
# Whether pages are to be opened in a browser: no, wanted (without one, those tests say that they are
# skipped), or needed.
browser=no
case $target in
  setup) ;;
  demo) essential=(tesseract-ocr-kor tesseract-ocr-eng fonts-nanum) ;;
  test) essential=(tesseract-ocr-kor tesseract-ocr-eng fonts-nanum) browser=wanted ;;
  browser) browser=needed ;;
  *)
    echo "setup: unknown target '$target': expected setup, demo, test or browser" >&2
    exit 2
    ;;
esac
# PaddleOCR's OpenCV opens windows, so it links to OpenGL.
with_paddle=false
if [[ ,$extras, == *,paddle,* ]]; then
  with_paddle=true
  packages+=(libgl1)
  if [[ $target == test ]]; then essential+=(libgl1); fi
fi

say() { echo "setup: $*" >&2; }

# A Python of the right version that can make virtual environments (Debian splits ensurepip off).
find_python() {
  local candidate
  for candidate in ${PYTHON:-python3.11 python3.12 python3 /usr/bin/python3.11 /usr/bin/python3.12}; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' \
      >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

missing_of() {
  local package
  for package in "$@"; do
    # Whoever may not install packages can keep the data in a folder of their own.
    [[ $package == tesseract-ocr-* && -e ${TESSDATA_PREFIX:-}/${package##*-}.traineddata ]] && continue
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
      || echo "$package"
  done
}

contains() {
  local wanted=$1 item
  shift
  for item in "$@"; do [[ $item == "$wanted" ]] && return 0; done
  return 1
}

may_install() { [[ $EUID -eq 0 ]] || sudo -n true 2>/dev/null; }

as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"; else sudo -n "$@"; fi
}

install_packages() {
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -qq)
  say "installing $*"
  as_root "${apt[@]}" update >/dev/null || say "apt-get update failed; going on with the lists there are"
  as_root "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null
}

system_packages() {
  local missing needed=() package
  if ! command -v dpkg-query >/dev/null; then
    [[ -e $stamp ]] || say "this is no Debian or Ubuntu: install by hand what ${packages[*]} hold" \
      "(Tesseract's Korean and English data, fonts with Hangul, the Debian FAQ as PDF)"
    return
  fi
  mapfile -t missing < <(missing_of "${packages[@]}")
  if ((${#missing[@]})); then
    if may_install; then
      install_packages "${missing[@]}" || say "apt-get could not install everything"
      mapfile -t missing < <(missing_of "${missing[@]}")
    fi
  fi
  ((${#missing[@]})) || return 0
  say "missing system packages: ${missing[*]}"
  say "to install them: sudo apt-get install --no-install-recommends ${missing[*]}"
  for package in "${missing[@]}"; do
    if contains "$package" ${essential[@]+"${essential[@]}"}; then needed+=("$package"); fi
  done
  if ((${#needed[@]})); then
    say "$target can't go on without: ${needed[*]}"
    exit 1
  fi
  say "going on without them; what needs them will say so"
}

has_browser() {
  command -v chromium || command -v google-chrome || command -v chromium-browser
} >/dev/null

# Apart from the other packages: not every release has this one, and it must not keep them out.
a_browser() {
  if [[ $browser == no ]] || has_browser; then return; fi
  if command -v dpkg-query >/dev/null && may_install; then
    install_packages chromium || say "apt-get could not install chromium"
    if has_browser; then return; fi
  fi
  say "no Chromium or Chrome, which opens cards and reports to test them"
  say "to install it: sudo apt-get install --no-install-recommends chromium"
  if [[ $browser == needed ]]; then
    say "$target can't go on without it"
    exit 1
  fi
  say "going on without it; tests of pages are skipped"
}

python_for_venv() {
  if find_python; then return; fi
  if may_install && command -v dpkg-query >/dev/null; then
    install_packages python3-venv || true
    if find_python; then return; fi
  fi
  say "no Python 3.11 or 3.12 with venv and ensurepip found${PYTHON:+ at PYTHON=$PYTHON}"
  say "install one (sudo apt-get install python3-venv, or python3.12-venv, as your release has it)," \
    "or name one: PYTHON=/path/to/python3.12 make $target"
  return 1
}

virtual_environment() {
  local wanted python
  # The path is in it because the scripts of a moved environment still point to the old place.
  wanted=$(printf '%s\n' "$PWD" "$extras" | cat - pyproject.toml constraints.txt infra/setup.sh | cksum)
  if [[ -x .venv/bin/python && -e $stamp && $(<"$stamp") == "$wanted" ]]; then return; fi

  if ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(python_for_venv)
    say "creating .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
  fi
  # pip compiles what it installs on one core, which is half of its time; here all cores do, after.
  local pip=(.venv/bin/python -m pip --disable-pip-version-check install --quiet --no-compile
    -c constraints.txt)
  say "installing gyogwa[$extras], a minute or two"
  "${pip[@]}" --upgrade pip setuptools
  # By itself and first: later calls then find a build of it installed and fetch no other.
  "${pip[@]}" torch
  # setuptools warns about every editable install that folders may shadow it; here they are it.
  PYTHONWARNINGS=ignore "${pip[@]}" --no-build-isolation --editable ".[$extras]"
  if $with_paddle; then
    # Its wheel carries small weights, which is all that the tests want of it: with what it depends
    # on, a second OpenCV would come beside PaddleOCR's.
    "${pip[@]}" --no-deps rapidocr
    touch .venv/.paddle
  fi
  # Some packages carry files for other versions of Python, which don't compile.
  PYTHONWARNINGS=ignore .venv/bin/python -m compileall -qq -j 0 .venv/lib || true
  if [[ ,$extras, == *,browser,* ]]; then touch .venv/.browser; fi
  echo "$wanted" >"$stamp"
}

# Two make calls at once must not install into one environment.
exec 9<infra/setup.sh
if command -v flock >/dev/null; then flock 9; fi

system_packages
a_browser
virtual_environment
