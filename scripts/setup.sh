#!/bin/sh
# Builds .venv from settings.ini; does nothing when it is already there. Called by every target of the Makefile.
#   PYTHON=/path/to/python make test    builds it with that Python, 3.10 to 3.13 (make clean first if there is a .venv)
#   HASHED=1 make test                  installs the versions of scripts/constraints.txt, each checked by its hash. That file is made by
#     uv pip compile pyproject.toml --extra train --extra corpus --extra app --extra parquet --extra cluster --extra m4a --extra dev --universal --python-version 3.10 --generate-hashes \
#       --no-header --no-annotate -o scripts/constraints.txt
set -u
cd "$(dirname "$0")/.." || exit 1
say() { echo "setup: $*" >&2; }
die() { say "$*"; exit 1; }
log=$(mktemp) || die 'no temporary file could be made'
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM HUP

# --- is everything there? The stamp holds what it was built from, and where: a virtual environment cannot be moved.
fingerprint() { { pwd -P; cat settings.ini pyproject.toml setup.py ${HASHED:+scripts/constraints.txt}; } | cksum; }
works() { "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }
stamp=.venv/.ready
[ "$(cat $stamp 2>/dev/null)" = "$(fingerprint)" ] && works .venv/bin/python && exit 0

# --- Python
py=
for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.10 python; do
  if works "$candidate"; then py=$("$candidate" -c 'import sys; print(sys.executable)'); break; fi
  [ -z "${PYTHON:-}" ] || die "PYTHON=$PYTHON is not a Python 3.10 to 3.13"
done
[ -n "$py" ] || die "no Python 3.10 to 3.13 was found on PATH. Install one (Debian, Ubuntu: sudo apt-get install python3; macOS: brew install python@3.13) and run make again."
version=$("$py" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
case "$("$py" -c 'import platform; print(platform.system(), platform.machine())')" in
  'Darwin x86_64') die "$py is a Python for Intel Macs, for which torch 2.8 and later are not built; on Apple silicon take an arm64 Python (PYTHON=...)." ;;
esac

# --- what the system must bring: libfluidsynth, which plays MIDI, and a way to fetch uv where there is none
has_fluidsynth() {
  "$py" -c 'import os, sys; from ctypes.util import find_library as find
sys.exit(not (find("fluidsynth") or os.path.exists(os.environ.get("HOMEBREW_PREFIX", "") + "/lib/libfluidsynth.dylib")))'
}
has_pip() { "$py" -m pip --version >/dev/null 2>&1; }
uv=$(command -v uv) && "$uv" --version >/dev/null 2>&1 || uv=.uv/bin/uv

if ! has_fluidsynth && [ "$(uname)" = Darwin ]; then
  command -v brew >/dev/null || die 'libfluidsynth is missing. Install Homebrew (https://brew.sh), then: brew install fluid-synth'
  say 'installing fluid-synth with brew'
  brew install -q fluid-synth >"$log" 2>&1 || { cat "$log" >&2; die 'brew could not install fluid-synth (its own words are above)'; }
  HOMEBREW_PREFIX=$(brew --prefix); export HOMEBREW_PREFIX
fi
missing=
has_fluidsynth || missing=libfluidsynth3
"$uv" --version >/dev/null 2>&1 || has_pip || "$py" -c 'import ensurepip' >/dev/null 2>&1 || missing="$missing python$version-venv"
if [ -n "$missing" ]; then
  command -v apt-get >/dev/null || die "missing:" $missing "(Debian's names). Install it with your package manager (Fedora: fluidsynth-libs python3-pip, Arch: fluidsynth python-pip) and run make again."
  sudo=
  if [ "$(id -u)" != 0 ]; then
    sudo -n true >/dev/null 2>&1 || die "missing:" $missing "- only root may install it. Run this, and then make again:
    sudo apt-get update && sudo apt-get install -y --no-install-recommends" $missing
    sudo='sudo -n'
  fi
  say "installing with apt-get:" $missing
  apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
  $apt install -y --no-install-recommends $missing >"$log" 2>&1 ||  # the package lists may be old or not there
    { $apt update && $apt install -y --no-install-recommends $missing; } >"$log" 2>&1 ||
    { cat "$log" >&2; die "apt-get could not install" $missing "(its own words are above)"; }
fi
has_fluidsynth || die "libfluidsynth is installed but $py does not find it"

# --- uv: the one on PATH, or one of our own in .uv
if ! "$uv" --version >/dev/null 2>&1; then
  say 'fetching uv, which installs the packages, into .uv'
  rm -rf .uv
  if has_pip; then PIP_USER=0 "$py" -m pip install -q --target .uv uv
  else "$py" -m venv .uv && .uv/bin/python -m pip install -q uv
  fi >"$log" 2>&1
  "$uv" --version >/dev/null 2>&1 || { cat "$log" >&2; die "uv could not be fetched (pip's own words are above)"; }
fi

# --- the virtual environment
rm -f $stamp
unmoved() { [ ! -e .venv/bin/composer-embed ] || grep -qF "$(pwd -P)/.venv/bin/python" .venv/bin/composer-embed; }
if ! works .venv/bin/python || ! unmoved; then
  say "making .venv with Python $version ($py)"
  rm -rf .venv
  "$uv" venv -q --python "$py" .venv || die '.venv could not be made'
fi
say 'installing composer_embed and what it needs into .venv (the first time 5 GB, most of it torch: some minutes)'
[ -t 2 ] && quiet= || quiet=-q
export UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-300}
install() { "$uv" pip install $quiet --python .venv/bin/python "$@"; }
if [ -n "${HASHED:-}" ]; then
  install --only-binary :all: --require-hashes -r scripts/constraints.txt && install --no-deps --no-build-isolation -e . &&
    "$uv" pip check -q --python .venv/bin/python
else install --only-binary :all: --no-binary composer_embed -e '.[train,corpus,app,parquet,cluster,m4a,dev]'
fi || die 'the packages could not be installed (the reason is above); make again goes on from here'
.venv/bin/python -c 'import fluidsynth' || die 'pyfluidsynth does not load libfluidsynth (the reason is above)'
fingerprint > $stamp.new && mv $stamp.new $stamp
say 'ready'
