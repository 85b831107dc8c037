"""What is saved may be read by whom the system's mask lets read, as any other file."""

from __future__ import annotations

import os

import pytest
from tests.contracts.kept import KEPT


@pytest.fixture
def _mask():
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="files of other systems have no such mode")
@pytest.mark.usefixtures("_mask")
@pytest.mark.parametrize("make", KEPT.values(), ids=KEPT)
def test_no_file_is_kept_from_the_group_that_may_read(make, tmp_path):
    make().save(tmp_path / "kept")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "kept").rglob("*") if path.is_file()}
    assert modes
    assert set(modes.values()) == {0o640}, modes
