"""The "never" list of docs/design.md, as far as a program can read it."""

from __future__ import annotations

import ast
import re

DOMAINS = {"shop", "privacy", "forecast", "inventory", "recommend", "reviews", "customers", "marketing", "service"}
FOR_THE_EDGES = {"fastapi", "starlette", "typer", "click", "rich"}
EXTRAS_ONLY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "peft",
    "chronos",
    "tensorboard",
    "statsforecast",
    "wandb",
}
IN_TORCH = (  # a network and what trains it, loaded by functions alone
    *("shopwright.forecast.t5.net", "shopwright.forecast.t5.fit", "shopwright.forecast.t5.weights"),
    *("shopwright.recommend.net", "shopwright.recommend.net_fit"),
)
NETWORK = {"urllib3", "requests", "httpx", "httpx2", "aiohttp", "ftplib", "smtplib"}
UNSAFE = {"pickle", "marshal", "shelve", "joblib", "dill", "cloudpickle"}


def test_nothing_is_left_to_do(modules):
    found = [
        f"{module.name}:{number}: {line.strip()}"
        for module in modules
        for number, line in enumerate(module.text.splitlines(), 1)
        if re.search(r"#.*\b(TODO|FIXME|XXX|HACK)\b", line)
    ]
    assert not found


def test_errors_are_raised_and_caught_by_name(modules):
    found = []
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Raise) and _called(node.exc) in {"Exception", "BaseException"}:
                found.append(module.at(node))
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                found.append(module.at(node))
    assert not found


def test_library_code_does_not_print(modules):
    found = [
        module.at(node)
        for module in modules
        if module.package != "cli"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _called(node) == "print"
    ]
    assert not found


def test_pandas_and_pickles_stay_out(modules):
    assert not _importing(modules, {"pandas", *UNSAFE})


def test_domains_know_no_terminal_and_no_web(modules):
    assert not _importing([module for module in modules if module.package in DOMAINS], FOR_THE_EDGES)


def test_the_network_is_spoken_to_in_one_place(modules):
    allowed = ("src/shopwright/language/providers/", "src/shopwright/serve/")
    others = [module for module in modules if not module.name.startswith(allowed)]
    found = [
        f"{module.at(node)} {name}"
        for module in others
        for node, name in module.imports()
        if name in {"http.client", "urllib.request"}
    ]
    assert not found + _importing(others, NETWORK)


def test_libraries_of_extras_are_imported_where_they_are_used(modules):
    files = {f"src/{name.replace('.', '/')}.py" for name in IN_TORCH}
    found = []
    for module in modules:
        top = {id(node) for node in module.tree.body}
        inside = module.name in files
        found += [
            f"{module.at(node)} {name}"
            for node, name in module.imports()
            if id(node) in top
            and not inside
            and (
                name.split(".")[0] in EXTRAS_ONLY
                or any(name == each or name.startswith(f"{each}.") for each in IN_TORCH)
            )
        ]
    assert not found, "import it inside the function, behind ExtraMissing"


def test_column_names_are_written_in_the_schema_alone(modules):
    from shopwright.shop.schema import names

    columns = {value for name, value in vars(names).items() if name.isupper() and isinstance(value, str)}
    found = [
        f"{module.at(node)} col({node.args[0].value!r})"
        for module in modules
        if not module.name.startswith("src/shopwright/shop/schema")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _called(node) == "col" and node.args
        if isinstance(node.args[0], ast.Constant) and node.args[0].value in columns
    ]
    assert not found, "use the constant from shopwright.shop.schema"


def test_pages_load_nothing_from_elsewhere(source):
    found = []
    for path in sorted(source.rglob("*")):
        if path.suffix in {".html", ".j2", ".css", ".js", ".svg"}:
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                # A namespace is a name, not an address that anything is fetched from.
                if re.search(r"https?://|@import|[\"'(]//\w", line.replace("http://www.w3.org/", "")):
                    found.append(f"{path.name}:{number}: {line.strip()}")
    assert not found


def _called(node: ast.expr | None) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _importing(modules, names: set[str]) -> list[str]:
    return [
        f"{module.at(node)} {name}"
        for module in modules
        for node, name in module.imports()
        if name.split(".")[0] in names
    ]
