"""What every test stands on: an empty home, no network, real data and real servers where the machine has them.

Switches, all optional:
    SHOPWRIGHT_TEST_DATA      folder of the real data sets (else ../shared/data beside the repository)
    SHOPWRIGHT_TEST_POSTGRES  URL of a PostgreSQL server to use (else one is started where initdb is installed)
    SHOPWRIGHT_TEST_CHROMIUM  path of a Chromium (else the one on the PATH)
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from shopwright import i18n

if "PYTEST_XDIST_WORKER" in os.environ:  # beside other workers, more threads only get in each other's way
    os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
NEEDS_LOOPBACK = {"postgres", "browser", "page"}

# A gate that is open one day and shut the next says nothing of the change: the same examples every time, and new ones
# on request (HYPOTHESIS_PROFILE=search), whose finds are pinned as examples.
hypothesis.settings.register_profile("gate", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("search", deadline=None, derandomize=False, print_blob=True, max_examples=500)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests marked `loopback`, or using a server's fixture, reach this machine and no other.

    Those of the `classical` extra are skipped where it is not installed. Pages run first: they take minutes each, and
    one begun last would keep a single worker busy.
    """
    items.sort(key=lambda item: item.path.name != "test_tutorials.py")
    for item in items:
        if item.get_closest_marker("classical") and importlib.util.find_spec("statsforecast") is None:
            item.add_marker(pytest.mark.skip(reason="needs statsforecast: pip install 'shopwright[classical]'"))
        if item.get_closest_marker("loopback") or NEEDS_LOOPBACK & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads the developer's home, settings, language or proxies, nor leaves its language behind."""
    home = str(tmp_path_factory.getbasetemp() / "home")
    os.makedirs(home, exist_ok=True)
    for name in list(os.environ):
        if name.startswith("SHOPWRIGHT_") and not name.startswith("SHOPWRIGHT_TEST_"):
            monkeypatch.delenv(name)
        if name.startswith(("XDG_", "LC_")):
            monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, home)
    monkeypatch.setenv("LANG", "C.UTF-8")
    # pytest-socket guards this process; a child that looks for the network finds a closed door.
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", ",".join(LOOPBACK))
    with i18n.using(None):
        yield


@pytest.fixture(scope="session")
def data() -> Callable[[str], Path]:
    """The folder of a real data set: `data("online_retail")`; skips the test where it is not on this machine."""
    folder = Path(os.environ.get("SHOPWRIGHT_TEST_DATA") or ROOT.parent / "shared" / "data")

    def find(name: str) -> Path:
        if not (folder / name).exists():
            pytest.skip(f"real data set {name!r} is not in {folder} (set SHOPWRIGHT_TEST_DATA)")
        return folder / name

    return find


@pytest.fixture(scope="session")
def _postgres_server() -> Iterator[str]:
    given = os.environ.get("SHOPWRIGHT_TEST_POSTGRES")
    if given:
        yield given
        return
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server: install it (Debian: postgresql) or set SHOPWRIGHT_TEST_POSTGRES")
    scratch = Path(tempfile.mkdtemp(prefix="shopwright-postgres-"))
    try:
        yield from _run_postgres(programs, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture
def postgres(_postgres_server: str) -> Iterator[str]:
    """URL of a new, empty database on a real PostgreSQL server; dropped after the test."""
    import psycopg

    name = f"shopwright_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_postgres_server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield _postgres_server.rsplit("/", 1)[0] + "/" + name
    with psycopg.connect(_postgres_server, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium on this machine."""
    found = os.environ.get("SHOPWRIGHT_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium: install it (Debian: chromium) or set SHOPWRIGHT_TEST_CHROMIUM")
    return found


@pytest.fixture
def page(chromium: str) -> Iterator[object]:
    """A Playwright page in a real headless Chromium that can reach this machine and nothing else."""
    from playwright.sync_api import sync_playwright

    arguments = [
        *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"),
        *("--disable-component-update", "--disable-sync", "--no-first-run", "--no-proxy-server"),
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=arguments)
        yield browser.new_page()
        browser.close()


def _version(programs: Path) -> int:
    return int(programs.parent.name) if programs.parent.name.isdigit() else 0


def _postgres_programs() -> Path | None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _run_postgres(programs: Path, scratch: Path) -> Iterator[str]:
    # PostgreSQL refuses to run as root; its Debian package brings a user for it.
    owner = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    if owner:
        shutil.chown(scratch, "postgres", "postgres")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    cluster = scratch / "data"
    initdb = [programs / "initdb", "--pgdata", cluster, "--username", "shopwright", "--auth", "trust"]
    options = ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    subprocess.run([*initdb, *options], check=True, capture_output=True, cwd=scratch, **owner)
    settings = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "fsync=off"]
    command = [programs / "postgres", "-D", cluster, *(part for setting in settings for part in ("-c", setting))]
    with (scratch / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=scratch, **owner)
    try:
        url = f"postgresql://shopwright@127.0.0.1:{port}/postgres"
        _wait_for(url, server, scratch / "log")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
