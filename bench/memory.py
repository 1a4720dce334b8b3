"""How much memory a measurement took."""

import resource
import sys


def peak() -> float:
    """The most memory that this process ever had, in megabytes."""
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
