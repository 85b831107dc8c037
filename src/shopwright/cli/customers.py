"""`shopwright customers`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["customers"]


def customers(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    *,
    days: Annotated[int, typer.Option(min=1, max=3660, help=str(t("How many days ahead.")))] = 90,
    customer: Annotated[
        str | None, typer.Option(help=str(t("All that is known of this customer (id or pseudonym).")))
    ] = None,
    due: Annotated[bool, typer.Option("--due", help=str(t("Only who is due to buy what again, every line.")))] = False,
    top: Annotated[int, typer.Option(min=1, help=str(t("Lines to show of each list.")))] = 10,
    real_ids: Annotated[
        bool, typer.Option("--real-ids", help=str(t("Show customers' own ids in place of pseudonyms.")))
    ] = False,
    csv: Annotated[Path | None, typer.Option(help=str(t("Write all customers to this CSV file.")))] = None,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON, with every line.")))] = False,
) -> None:
    """Say who the customers are, what they will be worth and who is leaving."""
    from shopwright.cli.customer_json import all_of, due_of, one_of
    from shopwright.cli.customer_page import show_one
    from shopwright.cli.customer_tables import show_all, show_due
    from shopwright.cli.customer_ways import ways_of
    from shopwright.cli.show import say, show_json
    from shopwright.cli.words import shop_seen
    from shopwright.customers import find_customer, look_ahead, masks_of, returns
    from shopwright.progress import step
    from shopwright.shop.csv_safe import write_csv

    seen = shop_seen(shop, until)
    with step(t("Looking at customers")):
        found = look_ahead(seen, days)
    masks = masks_of(seen, real=real_ids)
    if csv is not None:
        say(t("written: {file}", file=str(write_csv(masks.of(found.due if due else found.table), csv))))
    if customer is not None:
        whose = find_customer(seen, customer, found.table["customer"].to_list())
        if as_json:
            show_json(one_of(seen, found, returns(seen), whose, masks))
        else:
            show_one(seen, found, returns(seen), whose, masks)
    elif due and as_json:
        show_json(due_of(found, masks))
    elif due:
        show_due(seen, masks.of(found.due), None)
    elif as_json:
        show_json(all_of(found, ways_of(seen, found.segments), masks))
    else:
        show_all(seen, found, ways_of(seen, found.segments), masks, top)
