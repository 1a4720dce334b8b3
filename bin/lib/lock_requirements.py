"""``bin/lock``: pins everything that requirements*.in ask for, for every platform.

The results name packages and versions only: no package index and no path of this machine.
With ``--upgrade`` every pin moves to its newest version, otherwise only what has to.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

for name in ("requirements", "requirements-dev", "requirements-bench"):
    command = [
        str(Path(sys.executable).parent / "uv"),
        *("pip", "compile", f"{name}.in", "--output-file", f"{name}.txt"),
        *("--universal", "--python-version", "3.11"),
        *("--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet"),
        *sys.argv[1:],
    ]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SystemExit(f"{name}.in cannot be resolved, see above.")
    print(f"{name}.txt")
