"""Import one file in a process of its own and print the most memory it held, in KB."""

import resource
import sys
from pathlib import Path

from bench.imports import import_into


def _peak() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        # Unlike ru_maxrss it does not count what the parent held before this program began.
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    import_into(Path(sys.argv[1]), Path(sys.argv[2]))
    print(_peak())
