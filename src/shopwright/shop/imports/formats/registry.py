"""The formats there are, and which of them a set of files is."""

from __future__ import annotations

from collections.abc import Sequence

from shopwright.errors import InputError, UsageError
from shopwright.i18n import t
from shopwright.shop.imports.draft import Format
from shopwright.shop.imports.formats.complete_journey import CompleteJourney
from shopwright.shop.imports.formats.olist import Olist
from shopwright.shop.imports.formats.online_retail import OnlineRetail
from shopwright.shop.imports.formats.shopify import Shopify
from shopwright.shop.imports.formats.taobao import Taobao
from shopwright.shop.imports.formats.wide import Wide
from shopwright.shop.imports.formats.woocommerce import WooCommerce
from shopwright.shop.imports.source import Source

__all__ = ["FORMATS", "NAMES", "recognise"]

FORMATS: tuple[Format, ...] = (
    OnlineRetail(),
    Olist(),
    CompleteJourney(),
    Shopify(),
    WooCommerce(),
    Taobao(),
    Wide(),
)
NAMES = (*(form.name for form in FORMATS), "generic")
Groups = list[tuple[Format, dict[str, list[Source]]]]


def recognise(sources: Sequence[Source], wanted: str | None = None) -> tuple[Groups, list[Source]]:
    """Sources by format and role, and those that no format claims.

    Args:
        sources: what was read.
        wanted: name of the only format to try.

    Raises:
        UsageError: there is no such format.
        InputError: no file is of the format that was asked for.
    """
    if wanted is not None and wanted not in NAMES:
        raise UsageError(
            t("there is no format {name}", name=repr(wanted)),
            why=t("formats are: {names}", names=", ".join(NAMES)),
            fix=t("leave --format out to have it recognised, or use one of these names"),
            code="IMPORT-16",
        )
    groups: Groups = []
    left = list(sources)
    for form in FORMATS:
        if wanted not in (None, form.name):
            continue
        claimed: dict[str, list[Source]] = {}
        for source in left:
            role = form.role(source)
            if role is not None:
                claimed.setdefault(role, []).append(source)
        if claimed and form.is_whole(frozenset(claimed)):
            groups.append((form, claimed))
            left = [source for source in left if not any(source in entries for entries in claimed.values())]
    if wanted not in (None, "generic") and not groups:
        form = next(form for form in FORMATS if form.name == wanted)
        needed = "; ".join(", ".join(sorted(columns)) for columns in form.roles.values())
        raise InputError(
            t("no file is an export of the format {name}", name=form.name),
            why=t("one of these sets of columns is needed: {needed}", needed=needed),
            fix=t("leave --format out to have it recognised"),
            code="IMPORT-24",
        )
    return groups, left
