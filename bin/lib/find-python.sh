# Sourced by the commands in bin/. Sets PYTHON to one that is new enough, or says what to install.
for PYTHON in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 python; do
    [ -n "$PYTHON" ] && "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return 0
done
echo "Python 3.11 or newer is needed, and none was found: install it (Debian: apt-get install python3 python3-venv) or set PYTHON." >&2
exit 1
