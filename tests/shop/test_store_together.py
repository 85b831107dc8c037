"""A store that several read and write at once, whose writer dies or whose disk is full."""

from __future__ import annotations

import random
import time

import pytest
from tests.shop.stored import child, commit, files, marks

from shopwright.errors import LockedError, StoreError
from shopwright.shop.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "shop")


def test_readers_see_one_commit_or_the_next_while_a_writer_works(store):
    commit(store, "m0")
    writer = child(
        """
        store = Store(sys.argv[1])
        for number in range(1, 25):
            commit(store, f"m{number}")
        """,
        store.root,
    )
    seen = set()
    while writer.poll() is None:
        found = marks(store.root)
        assert len(found) == 1
        seen |= found
    _, trouble = writer.communicate()
    assert writer.returncode == 0, trouble
    assert len(seen) > 1
    assert marks(store.root) == {"m24"}


def test_a_writer_killed_at_any_moment_leaves_the_old_state_or_the_new(store):
    commit(store, "0")
    chance = random.Random(4)
    last = 0
    for _ in range(12):
        writer = child(
            """
            store, number = Store(sys.argv[1]), int(sys.argv[2])
            print("ready", flush=True)
            while True:
                number += 1
                commit(store, str(number))
                print(number, flush=True)
            """,
            store.root,
            last,
        )
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.12))
        writer.kill()
        told = [int(line) for line in writer.communicate()[0].split()]
        done = told[-1] if told else last
        (mark,) = marks(store.root)
        assert int(mark) in (done, done + 1)  # killed after the rename, before it could say so
        last = int(mark)
    commit(store, "end")
    assert not [name for name in files(store) if name.endswith((".part", ".tmp"))]
    assert marks(store.root) == {"end"}
    assert last > 0


def test_a_second_writer_waits_for_the_first(store):
    commit(store, "zero")
    writer = child(
        """
        import time
        store = Store(sys.argv[1])
        with store.lock():
            print("held", flush=True)
            time.sleep(0.4)
            store.commit({"products": products("first"), "supply": supply("first")}, {"mark": "first"})
        """,
        store.root,
    )
    assert writer.stdout.readline() == "held\n"
    commit(store, "second")
    writer.communicate()
    assert [record["mark"] for record in store.manifest()["imports"]] == ["zero", "first", "second"]


def test_a_second_writer_that_waited_long_enough_is_told_who_holds_the_lock(store):
    writer = child(
        """
        import time
        sys.argv[0:2] = ["/usr/bin/shopwright", "import", "--sql", "postgresql://me:secret@host/db", sys.argv[1]]
        with Store(sys.argv[-1]).lock():
            print("held", flush=True)
            time.sleep(60)
        """,
        store.root,
    )
    try:
        assert writer.stdout.readline() == "held\n"
        with pytest.raises(LockedError) as caught, store.lock(wait=0.1):
            pass
        assert caught.value.code == "STORE-04"
        assert f"pid {writer.pid}" in str(caught.value.why)
        assert "shopwright import" in str(caught.value.why)
        assert "secret" not in (store.root / ".lock.json").read_text("utf-8")
    finally:
        writer.kill()
        writer.communicate()
    # the lock of a dead process is no obstacle, although its note still lies there
    assert (store.root / ".lock.json").exists()
    with store.lock(wait=0):
        pass
    assert not (store.root / ".lock.json").exists()


def test_two_threads_of_one_process_exclude_each_other_too(store):
    with store.lock(), pytest.raises(LockedError), Store(store.root).lock(wait=0.05):
        pass
    with store.lock():
        pass


def test_a_disk_that_is_full_leaves_the_old_tables(store):
    commit(store, "old")
    before = files(store)
    writer = child(
        """
        import resource
        from shopwright.errors import StoreError
        store = Store(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        noise = pl.DataFrame({"title": pl.int_range(200_000, eager=True).shuffle(seed=1).cast(pl.String)})
        big = products("new", 200_000).with_columns(noise["title"])
        try:
            with store.lock():
                store.commit({"supply": supply("new"), "products": big}, {})
        except StoreError as error:
            print(error.code)
        """,
        store.root,
    )
    told, trouble = writer.communicate()
    assert told == "STORE-03\n", trouble
    assert files(store) == before
    assert marks(store.root) == {"old"}


def test_a_disk_that_is_full_for_the_manifest_keeps_the_way_back_too(store):
    commit(store, "one")
    commit(store, "two")
    writer = child(
        """
        import resource
        from shopwright.errors import StoreError
        store = Store(sys.argv[1])
        try:
            with store.lock():
                put = store._put_in_force
                def on_a_full_disk(manifest):
                    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
                    put(manifest)
                store._put_in_force = on_a_full_disk
                store.commit({"products": products("three")}, {})
        except StoreError as error:
            print(error.code)
        """,
        store.root,
    )
    told, trouble = writer.communicate()
    assert told == "STORE-03\n", trouble
    assert marks(store.root) == {"two"}
    store.undo()
    assert marks(store.root) == {"one"}


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "file").write_text("not a folder", "utf-8")
    with pytest.raises(StoreError) as caught, Store(tmp_path / "file" / "shop").lock():
        pass
    assert caught.value.code == "STORE-03"
