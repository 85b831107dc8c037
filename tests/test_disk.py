"""Files written whole or not at all."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys

import pytest

from shopwright.disk import stage_text, sync, why_not_written, write_text


def test_a_file_is_written_as_told(tmp_path):
    path = tmp_path / "名字.json"
    write_text(path, "über 10 €\n")
    assert path.read_bytes() == "über 10 €\n".encode()
    write_text(path, "")
    assert path.read_bytes() == b""
    assert list(tmp_path.iterdir()) == [path]


def test_a_staged_text_changes_nothing_until_it_is_renamed(tmp_path):
    path = tmp_path / "a"
    write_text(path, "old")
    half_done = stage_text(path, "new")
    assert path.read_text() == "old"
    half_done.replace(path)
    assert path.read_text() == "new"


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a"
    write_text(path, "old")
    script = (
        "import resource, sys\nfrom pathlib import Path\nfrom shopwright.disk import write_text\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "try: write_text(Path(sys.argv[1]), 'new' * 100)\nexcept OSError: print('told')"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert done.stdout == "told\n"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "nowhere" / "a", "x")


def test_files_and_folders_can_be_synced_without_leaving_them_open(tmp_path):
    write_text(tmp_path / "a", "x")
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    for _ in range(min(limit, 1024) + 10):
        sync(tmp_path)
    sync(tmp_path / "a")


@pytest.mark.parametrize(
    "number, inside, words",
    [
        (errno.EACCES, "shop", "没有权限写入"),
        (errno.EROFS, "shop/tables", "没有权限写入"),
        (errno.ENOSPC, "shop", "磁盘已满"),
        (errno.ENOENT, "shop/page.html", "不存在，也无法新建"),
        (errno.ENOTDIR, "file/shop", "是文件，不是文件夹"),
        (errno.EEXIST, "file", "是文件，不是文件夹"),
        (errno.EISDIR, "", "是文件夹，不是文件"),
        (errno.EIO, "shop", "系统提示"),
    ],
)
def test_why_a_file_was_not_written_is_told_in_the_readers_language(tmp_path, number, inside, words):
    (tmp_path / "file").write_text("in the way", "utf-8")
    path = tmp_path / inside
    told = why_not_written(path, OSError(number, "in English", str(path)))
    assert words in told.render("zh")
    assert ("Errno" in told.render("zh")) == (number == errno.EIO)
    assert str(tmp_path) in told.render("en") or number == errno.ENOSPC


def test_what_became_of_another_file_is_not_said_of_this_one(tmp_path):
    told = why_not_written(tmp_path / "shop", PermissionError(errno.EACCES, "no", "/elsewhere/orders.csv"))
    assert "/elsewhere/orders.csv" in told.render("en")
