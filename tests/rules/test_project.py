"""The project's own files agree with each other, and nothing in them points at a package index."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions

import pytest

LAZY = ("polars", "numpy", "duckdb", "scipy", "pydantic", "typer", "rich", "altair", "jinja2", "holidays")

ELSEWHERE = {"chronos": "chronos_forecasting"}  # what is installed as another name, where it is not installed


def test_requirements_are_hashed_and_name_no_index_host(root):
    for file in (root / "requirements").glob("*.txt"):
        text = file.read_text("utf-8")
        assert not re.search(r"://|index-url|find-links", text), file.name
        pins = re.findall(r"^[A-Za-z0-9].*==", text, re.MULTILINE)
        assert pins
        if file.name in ("train.txt", "benchmarks.txt"):  # torch of one version is another file for each machine
            assert len(pins) == sum(not line.startswith("#") for line in text.splitlines())
            continue
        assert len(pins) == len(re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=sha256:", text, re.MULTILINE))


def test_the_runtime_lock_is_part_of_the_development_lock(root):
    runtime, development = (_pins(root / "requirements" / f"{name}.txt") for name in ("runtime", "dev"))
    assert runtime <= development


def test_the_locks_hold_what_the_project_asks_for(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    for lock, asked in {
        "runtime": project["dependencies"],
        "dev": project["dependencies"] + project["optional-dependencies"]["dev"],
    }.items():
        locked = {pin.split("==")[0] for pin in _pins(root / "requirements" / f"{lock}.txt")}
        assert {re.split(r"[\[<>=~!; ]", name)[0].lower() for name in asked} <= locked


def test_every_imported_library_is_asked_for(root, modules):
    """Also one that happens to be installed, because a development tool brings it."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *(name for extra in extras.keys() - {"dev"} for name in extras[extra])]
    known = {re.split(r"[\[<>=~!; ]", name)[0].lower().replace("-", "_") for name in asked}
    homes = packages_distributions()
    imported = {name.partition(".")[0]: module.at(node) for module in modules for node, name in module.imports()}
    ours = {"shopwright", *sys.stdlib_module_names}
    outside = {top: place for top, place in imported.items() if top not in ours}
    assert not {
        top: at
        for top, at in outside.items()
        if not {home.lower().replace("-", "_") for home in homes.get(top, [ELSEWHERE.get(top, top)])} & known
    }


def test_the_readmes_say_the_same(root):
    english, chinese = ((root / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert _code(english) == _code(chinese)
    assert _levels(english) == _levels(chinese)
    assert _pages(english) ^ _pages(chinese) <= {"README.md", "README.zh-CN.md"}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(root, name):
    links = _links((root / name).read_text("utf-8"))
    assert not [link for link in links if "://" not in link and not (root / link.split("#")[0]).exists()]


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, shopwright; print(*sorted(name.partition('.')[0] for name in sys.modules))"
    loaded = set(_python("-c", code).split())
    assert not loaded & set(LAZY)


def test_public_names_resolve_and_are_listed():
    import shopwright

    assert {name for name in shopwright.__all__ if not hasattr(shopwright, name)} == set()
    assert set(shopwright.__all__) <= set(dir(shopwright))


def test_the_wheel_carries_its_data(root, tmp_path):
    _python("-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path), cwd=root)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("shopwright/")}
    there = {
        path.relative_to(root / "src").as_posix()
        for path in (root / "src" / "shopwright").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == there


def test_every_source_file_parses_on_the_oldest_python(modules):
    for module in modules:
        ast.parse(module.text, feature_version=(3, 11))


def _python(*arguments: str, cwd=None) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _pins(lock) -> set[str]:
    return set(re.findall(r"^([a-z0-9][^ \n]*==[^ \n]+)", lock.read_text("utf-8"), re.MULTILINE))


def _code(text: str) -> list[str]:
    return re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)


def _levels(text: str) -> list[int]:
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]


def _pages(text):
    """What a readme links to, a page or picture and its Chinese twin being one."""
    return {re.sub(r"^docs/(zh|reference)/", "docs/", link).replace(".zh.png", ".png") for link in _links(text)}


def _links(text: str) -> set[str]:
    return set(re.findall(r"\]\(([^)#][^)]*)\)", text))
