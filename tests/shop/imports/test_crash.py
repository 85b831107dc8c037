"""Killed, out of space, or met by another import: the old tables stay readable."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import polars as pl
import pytest

from shopwright.errors import LockedError, StoreError
from shopwright.shop.imports import import_paths
from shopwright.shop.shop import open_shop
from shopwright.shop.store import Store

HEADER = "order_id,date,sku,quantity,price\n"


def lines(n: int) -> str:
    return HEADER + "".join(f"{order},2024-01-05,A,2,3.50\n" for order in range(n))


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A process of its own that runs some code; it says "here" when it has come to the point."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


# Stops the import for good at one point, so that it can be killed just there.
STOP_AT = """
    import sys, time
    from pathlib import Path
    from shopwright.progress import display
    from shopwright.shop.imports import import_paths

    moment = int(sys.argv[3])

    class Stop:
        seen = 0
        def begin(self, label, total):
            self.seen += 1
            if self.seen == moment:
                print("here", flush=True)
                time.sleep(600)
            return label
        def end(self, step):
            pass

    with display(Stop()):
        import_paths([sys.argv[1]], sys.argv[2])
    print("done", flush=True)
"""


@pytest.mark.parametrize("moment", [1, 2, 3, 4, 5, 6])
def test_a_killed_import_leaves_the_old_tables(put, bring, rows, root, moment):
    bring(put("first.csv", lines(3)))
    before = rows("order_lines")
    process = child(STOP_AT, put("second.csv", lines(2_000).replace(",A,", ",B,")), root, moment)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "here"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert rows("order_lines").equals(before)
    assert open_shop(root).rows("order_lines") == before.height
    result = bring(put("second.csv", lines(2_000).replace(",A,", ",B,")))
    assert result.rows_kept == 2_000
    assert not [name for name in os.listdir(root) if name.startswith(".import-")]
    assert not [path for path in (root / "tables").iterdir() if path.name.endswith((".part", ".tmp"))]


def test_killed_at_any_time_the_tables_are_the_old_or_the_new_ones(put, bring, rows, root):
    bring(put("first.csv", lines(3)))
    before = rows("order_lines").height
    file = put("second.csv", lines(3) + "".join(f"{order},2024-01-06,B,1,2\n" for order in range(10_000, 60_000)))
    code = """
        import sys
        from shopwright.shop.imports import import_paths
        print("here", flush=True)
        import_paths([sys.argv[1]], sys.argv[2])
    """
    for delay in (0.0, 0.1, 0.2, 0.3, 0.4):
        process = child(code, file, root)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.kill()
        process.communicate(timeout=60)
        assert rows("order_lines").height in (before, before + 50_000)


def test_a_full_disk_leaves_the_old_tables(put, bring, rows, root, tmp_path):
    bring(put("first.csv", lines(3)))
    before = rows("order_lines")
    file = tmp_path / "second.parquet"
    noise = [os.urandom(8).hex() for _ in range(20_000)]
    pl.DataFrame({"order": noise, "day": ["2024-01-05"] * 20_000, "sku": noise, "units": [1.0] * 20_000}).write_parquet(
        file
    )
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file may grow beyond 100 kB: what a full disk does, without one.
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StoreError) as caught:
            import_paths([file], root)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.code == "STORE-03"
    assert rows("order_lines").equals(before)
    assert bring(file).rows_kept == 20_000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_small_disk_that_is_full(put, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"this machine does not let us mount: {mounted.stderr.strip()}")
    try:
        root = disk / "shop"
        import_paths([put("first.csv", lines(3))], root)
        before = pl.read_parquet(Store(root).path(Store(root).manifest()["tables"]["order_lines"]["file"]))
        noise = "".join(f"{os.urandom(20).hex()},2024-01-05,{os.urandom(20).hex()},1,2\n" for _ in range(20_000))
        with pytest.raises(StoreError) as caught:
            import_paths([put("second.csv", HEADER + noise)], root)
        assert caught.value.code == "STORE-03"
        assert open_shop(root).rows("order_lines") == before.height
    finally:
        subprocess.run(["umount", disk], check=True)


HOLD = """
    import sys, time
    from shopwright.shop.store import Store
    with Store(sys.argv[1]).lock():
        print("here", flush=True)
        time.sleep(float(sys.argv[2]))
"""


def test_a_second_import_says_who_holds_the_lock(put, root):
    root.mkdir()
    process = child(HOLD, root, 600)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(LockedError) as caught:
            import_paths([put("orders.csv", lines(3))], root, wait=0.2)
        assert caught.value.code == "STORE-04"
        assert str(process.pid) in str(caught.value.why)
    finally:
        process.kill()
        process.communicate(timeout=60)


def test_a_second_import_waits_for_the_first(put, root):
    root.mkdir()
    process = child(HOLD, root, 0.5)
    assert process.stdout is not None
    process.stdout.readline()
    result = import_paths([put("orders.csv", lines(3))], root, wait=60)
    process.communicate(timeout=60)
    assert result.rows_kept == 3


def test_two_imports_at_once_both_come_in(put, root: Path):
    code = """
        import sys
        from shopwright.shop.imports import import_paths
        import_paths([sys.argv[1]], sys.argv[2], wait=60)
    """
    files = [put(f"{sku}.csv", lines(200).replace(",A,", f",{sku},")) for sku in "BC"]
    processes = [child(code, file, root) for file in files]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    found = open_shop(root).table("order_lines").collect()
    assert found.height == 400
    assert set(found["sku"]) == {"B", "C"}
