"""Facts about the machine a benchmark ran on: a number without them says nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import polars as pl

import shopwright

__all__ = ["facts"]


def facts() -> dict[str, str]:
    """Processor, cores, memory, how busy others kept them, and versions."""
    return {
        "cpu": _cpu(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": f"{_memory_gb():.0f} GB",
        "load": f"{os.getloadavg()[0]:.1f} when it ended" if hasattr(os, "getloadavg") else "unknown",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "polars": pl.__version__,
        "shopwright": shopwright.__version__,
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _memory_gb() -> float:
    if not hasattr(os, "sysconf"):
        return float("nan")
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
