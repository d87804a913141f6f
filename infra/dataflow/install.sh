#!/bin/sh
# What the image holds, installed into a fresh Debian 12: the Dockerfile's only step, and as good in a
# root made by debootstrap. Run as root, from the root of a checkout:
#
#   infra/dataflow/install.sh [TARGET]
#
# TARGET (/opt/gyogwa) becomes a virtual environment with gyogwa at the versions of constraints.txt.
#
#   EXTRAS=pipeline,gcp      the extras to install; add paddle for PaddleOCR
#   WEIGHTS_URL=…            a .tar of PaddleOCR's models, a folder each, for --ocr_model_dir
#   WEIGHTS_SHA256=…         its hash; without it, or with another, nothing is installed
#   PIP_FIND_LINKS=…         and all other settings of pip hold
set -eu
cd "$(dirname "$0")/../.."

target=${1:-/opt/gyogwa}
extras=${EXTRAS:-pipeline,gcp}
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

say() { echo "install: $*" >&2; }

if [ -n "${WEIGHTS_URL:-}" ] && [ -z "${WEIGHTS_SHA256:-}" ]; then
  say "WEIGHTS_URL without WEIGHTS_SHA256: give the hash of what it is to be"
  exit 1
fi

apt-get -qq update
# libgl1 and libglib2.0-0 are what PaddleOCR's OpenCV links to.
# shellcheck disable=SC2046  # two packages, or none
apt-get -qq install -y --no-install-recommends ca-certificates curl fonts-nanum python3 python3-venv \
  tesseract-ocr tesseract-ocr-eng tesseract-ocr-kor \
  $(case ",$extras," in *,paddle,*) echo libgl1 libglib2.0-0 ;; esac)
rm -rf /var/lib/apt/lists/*

python3 -m venv "$target"
# The lock holds each package, so that the same commit gives the same image.
"$target/bin/pip" install --quiet --no-cache-dir -c constraints.txt --upgrade pip setuptools
"$target/bin/pip" install --quiet --no-cache-dir -c constraints.txt ".[$extras]"
"$target/bin/pip" check
install -D -m 0644 infra/dataflow/main.py "$target/main.py"

if [ -n "${WEIGHTS_URL:-}" ]; then
  mkdir -p "$target/models"
  curl --fail --silent --show-error --location --retry 5 --output /tmp/weights.tar "$WEIGHTS_URL"
  echo "$WEIGHTS_SHA256  /tmp/weights.tar" | sha256sum --check --quiet || {
    say "$WEIGHTS_URL isn't what WEIGHTS_SHA256 says"
    exit 1
  }
  tar --extract --file /tmp/weights.tar --directory "$target/models" --no-same-owner
  rm /tmp/weights.tar
fi

# Workers need no rights: they write to their temporary folder and to the store.
id -u gyogwa >/dev/null 2>&1 || useradd --uid 10001 --user-group --create-home --shell /usr/sbin/nologin gyogwa
