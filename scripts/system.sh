# What the system itself must have, for setup.sh and validators.sh. Sourced, not run.

stop() {
    echo "diptych: $1" >&2
    exit 1
}

# need WHAT DEBIAN FEDORA HOMEBREW: installs the packages that this system calls by one of the last three names. Where that
# takes a password (or another package manager), it says the one line that does it and stops.
need() {
    if command -v apt-get >/dev/null; then
        line="apt-get install -y --no-install-recommends $2"
    elif command -v dnf >/dev/null; then
        line="dnf install -y $3"
    elif command -v brew >/dev/null; then
        echo "Installing $1: brew install $4"
        # shellcheck disable=SC2086 # the names are words
        brew install $4 && return
        stop "$1 could not be installed. Run: brew install $4"
    else
        stop "$1 is missing. Install it with this system's package manager (Debian's names: $2)."
    fi
    [ "$(id -u)" = 0 ] || stop "$1 is missing. Run: sudo $line"
    echo "Installing $1: $line"
    as_root || stop "$1 could not be installed. Run: $line"
}

# A machine's first installation, or one long after the last, needs fresh package lists.
as_root() {
    export DEBIAN_FRONTEND=noninteractive
    $line >/dev/null 2>&1 </dev/null && return
    case $line in apt-get*) apt-get update -qq </dev/null && $line </dev/null >/dev/null ;; *) return 1 ;; esac
}
