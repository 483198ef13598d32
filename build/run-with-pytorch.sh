#!/bin/sh
# Runs a program that was published with LibTorch=none on the libtorch of an installed PyTorch.
#
#     ./run-with-pytorch.sh [--lib DIR] [--program FILE] [ARGUMENTS OF THE PROGRAM]
#
# --lib      The folder with libtorch_cpu.so. Default: that of the PyTorch which $PYTHON (or python3, or python) finds.
# --program  What to run. Default: the one program that lies beside this script.
# Try the argument --libtorch first: the samples then say what they found, and whether it will do.
set -eu

fail() {
    echo "error: $1" >&2
    exit 2
}

library=
program=
while [ $# -gt 0 ]; do
    case $1 in
        --lib) [ $# -ge 2 ] || fail "--lib needs a folder."; library=$2; shift 2 ;;
        --program) [ $# -ge 2 ] || fail "--program needs a file."; program=$2; shift 2 ;;
        *) break ;;
    esac
done

# The program lies beside the script itself, wherever a link to that lies.
here=$(dirname -- "$(readlink -f -- "$0")")

take() {
    [ -z "$program" ] || fail "there are several programs beside this script: choose one by --program."
    program=$1
}

# An executable begins with these bytes, as a library does; copying may have lost its mode.
is_elf() { [ -f "$1" ] && head -c 4 -- "$1" | LC_ALL=C grep -q '^.ELF$'; }

if [ -z "$program" ]; then
    for file in "$here"/*.runtimeconfig.json; do
        if [ -f "${file%.runtimeconfig.json}" ]; then take "${file%.runtimeconfig.json}"; fi
    done
fi
if [ -z "$program" ]; then
    # Compiled ahead of time, or into one file: it stands alone.
    for file in "$here"/*; do
        case ${file##*/} in *.so|*.so.*|*.dll|*.dbg|*.json|createdump) continue ;; esac
        if is_elf "$file"; then take "$file"; fi
    done
fi
[ -n "$program" ] || fail "there is no program beside this script, in '$here': name it by --program."
[ -f "$program" ] || fail "there is no program '$program'."
[ -x "$program" ] || fail "'$program' cannot be executed; where copying has lost its mode, chmod +x mends that."

if [ -z "$library" ]; then
    python=${PYTHON:-}
    if [ -z "$python" ]; then
        for candidate in python3 python; do
            if command -v "$candidate" > /dev/null 2>&1; then python=$candidate; break; fi
        done
    fi
    [ -n "$python" ] || fail "there is no python: set PYTHON, or name the folder of libtorch_cpu.so by --lib."
    # Only finds the package: importing it takes seconds.
    library=$("$python" -c '
import importlib.util, os
found = importlib.util.find_spec("torch")
print(os.path.join(list(found.submodule_search_locations)[0], "lib") if found else "")
') || fail "$python does not run."
    [ -n "$library" ] || fail "$python has no PyTorch: set PYTHON to one that has, or name the folder of libtorch_cpu.so by --lib."
fi
[ -e "$library/libtorch_cpu.so" ] || fail "there is no libtorch_cpu.so in '$library'."

LD_LIBRARY_PATH=$library${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "$program" "$@"
