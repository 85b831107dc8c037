"""A plan on disk: `runs/<day>/` with the plan, its tables and the report; skipped where nothing changed."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shopwright.errors import StoreError
from shopwright.i18n import LANGUAGES, Language, Text, t
from shopwright.progress import step
from shopwright.shop.proposal import Study
from shopwright.shop.shop import open_shop
from shopwright.shop.store import Store, write_text
from shopwright.strategy import foretold
from shopwright.strategy.artefacts import write_tables
from shopwright.strategy.make import check_plannable, compose, provenance
from shopwright.strategy.plan import Plan
from shopwright.strategy.report import render
from shopwright.strategy.stored import read_plan
from shopwright.strategy.workup import Workup, name_of, work_up

__all__ = ["Run", "latest_run", "plan_shop", "report_file"]

REPORT_SECONDS = 120.0  # for which a plan waits while another draws its report

PLAN, REPORT, MANIFEST, OLD = "plan.json", "report.html", "manifest.json", ".old"


@dataclass(frozen=True, slots=True)
class Run:
    """Where a plan was written.

    Attributes:
        folder: the folder of the run.
        summary: the plan in one sentence.
        is_fresh: whether it was made now, or was there already from the same inputs.
    """

    folder: Path
    summary: Text
    is_fresh: bool

    @property
    def plan(self) -> Plan:
        """The plan, as it was written."""
        return read_plan(self.folder / PLAN)

    @property
    def report(self) -> Path:
        """The report in the shop's language."""
        return self.folder / REPORT

    def json(self) -> dict[str, Any]:
        """The plan as it stands in `plan.json`."""
        found: dict[str, Any] = json.loads((self.folder / PLAN).read_text("utf-8"))
        return found


def plan_shop(
    root: Path | str,
    *,
    budget: float | None = None,
    until: str | None = None,
    language: Language | None = None,
    studies: Iterable[Study] = (),
    force: bool = False,
) -> Run:
    """Plan the shop in a folder and write plan, tables and report under `runs/<day>/`.

    Nothing is computed where the last run of that day had the same tables, settings, budget, language and version.

    Args:
        root: the shop's folder.
        budget: money to spend; None takes the settings'.
        until: plan as it would have been made on the evening of this day.
        language: of `report.html`; None takes the settings'. The other language lies beside it.
        studies: further studies; with any, the plan is always made anew.
        force: make it anew in any case.

    Raises:
        StoreError: there is no shop, or its folder cannot be written.
        LockedError: another process is writing to the shop.
        TableError: there is nothing to plan from.
    """
    shop = open_shop(root)
    shop = shop.until(until) if until else shop
    check_plannable(shop)
    language = language or shop.settings.shop.language
    day = shop.day.isoformat() if shop.is_dated else "undated"
    folder = Path(root) / "runs" / day
    extra = tuple(studies)
    wanted = {**provenance(shop, budget), "language": language, "studies": [name_of(study) for study in extra]}
    if not shop.is_dated:
        wanted["today"] = datetime.now(UTC).date().isoformat()
    if not (force or extra) and _is_same(folder, wanted):
        return Run(folder, Text.from_json(_manifest(folder)["summary"]), is_fresh=False)
    began = time.perf_counter()
    work = work_up(shop, extra)
    plan = compose(work, budget)
    half_done = folder.with_name(f".{folder.name}.part")
    try:
        # two plans at once would write into one folder; the other draws its report for as long as that takes
        with Store(root).lock(wait=REPORT_SECONDS):
            shutil.rmtree(half_done, ignore_errors=True)
            half_done.mkdir(parents=True)
            _write(half_done, work, plan, language)
            manifest = {
                "inputs": wanted,
                "files": sorted(file.name for file in half_done.iterdir()),
                "seconds": {**work.seconds, "total": round(time.perf_counter() - began, 3)},
                "summary": plan.summary().as_json(),
            }
            write_text(half_done / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
            _put_in_place(half_done, folder)
    except OSError as error:
        raise StoreError(
            t("the plan could not be written to {folder}", folder=str(folder)),
            why=str(error),
            fix=t("check free space and permissions, then run the command again"),
            code="STORE-11",
        ) from error
    if work.forecast is not None:
        foretold.keep(shop, work.forecast)
    return Run(folder, plan.summary(), is_fresh=True)


def latest_run(root: Path | str, day: str | None = None) -> Path:
    """Folder of the shop's last plan, or of the one of a day.

    Raises:
        StoreError: there is none.
    """
    found = _runs(Path(root) / "runs")
    wanted = max(found, default=None) if day is None else day
    if wanted in found:
        return found[wanted]
    raise StoreError(
        t("there is no plan in {root}", root=str(root)),
        why=t("plans there are: {days}", days=", ".join(sorted(found)) or "-"),
        fix=t("make one: shopwright plan {root}", root=str(root)),
        code="STORE-08",
    )


def _runs(runs: Path) -> dict[str, Path]:
    """Folder of each day's plan; the one moved aside where the machine stopped before the new one took its place."""
    whole = [manifest.parent for manifest in runs.glob(f"*/{MANIFEST}")]
    aside = {folder.name[1:-4]: folder for folder in whole if folder.name.endswith(OLD)}
    return aside | {folder.name: folder for folder in whole if not folder.name.startswith(".")}


def report_file(folder: Path, language: Language) -> Path:
    """The report of a run in a language."""
    written = _manifest(folder).get("inputs", {}).get("language", language)
    return folder / _file(language, written)


def _file(code: Language, language: Language) -> str:
    return REPORT if code == language else f"report.{code}.html"


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):  # not there, or half written by a version that did not rename: make it anew
        return {}
    return found


def _is_same(folder: Path, wanted: dict[str, Any]) -> bool:
    """Whether a run has all its files and was made from these inputs."""
    manifest = _manifest(folder)
    has_all = all((folder / name).is_file() for name in manifest.get("files", [PLAN, REPORT]))
    return has_all and manifest.get("inputs") == wanted


def _write(folder: Path, work: Workup, plan: Plan, language: Language) -> None:
    """Plan, tables and the report in every language."""
    from shopwright.strategy.sections import all_sections  # they load what reads reviews, a second of each command

    with step(t("Writing the plan")):
        write_text(folder / PLAN, plan.to_json())
        write_tables(folder, work, plan)
    with step(t("Drawing the report"), total=len(LANGUAGES)) as bar:
        sections = all_sections(work, plan)
        for code in LANGUAGES:
            others = {other: _file(other, language) for other in LANGUAGES if other != code}
            page = render(sections, shop=plan.shop, as_of=plan.as_of, language=code, others=others)
            write_text(folder / _file(code, language), page)
            bar.advance()


def _put_in_place(half_done: Path, folder: Path) -> None:
    """Swap the finished folder in; the old one is moved aside first so that there is always a whole one."""
    old = folder.with_name(f".{folder.name}{OLD}")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    half_done.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
