"""`shopwright recommend`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["recommend"]


def recommend(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    *,
    customer: Annotated[
        str | None, typer.Option(help=str(t("What to show to this customer (id or pseudonym).")))
    ] = None,
    product: Annotated[str | None, typer.Option(help=str(t("What to show beside this product (SKU).")))] = None,
    kind: Annotated[
        str | None,
        typer.Option(help=str(t("With --product: complement, what goes with it (default), or alternative."))),
    ] = None,
    basket: Annotated[
        str | None, typer.Option(help=str(t("What to show with these products (SKUs with commas between).")))
    ] = None,
    session: Annotated[
        str | None, typer.Option(help=str(t("What to show to a visitor who looked at these SKUs, the latest last.")))
    ] = None,
    mail: Annotated[
        Path | None,
        typer.Option(help=str(t("Write products for every customer you may write to into this CSV file."))),
    ] = None,
    top: Annotated[
        int | None, typer.Option(min=1, help=str(t("Products to show; 10 by default, 4 in a mail.")))
    ] = None,
    again: Annotated[bool, typer.Option("--again", help=str(t("What was bought may be shown again.")))] = False,
    in_stock: Annotated[
        bool | None,
        typer.Option("--in-stock/--any-stock", help=str(t("Only what is in stock (where stock is known), or all."))),
    ] = None,
    price: Annotated[
        str | None, typer.Option(help=str(t("Lowest and highest price, as in 5-20; one may be left out.")))
    ] = None,
    diverse: Annotated[
        float | None, typer.Option(help=str(t("0 to 1: how much likeness to what stands above counts against.")))
    ] = None,
    margin: Annotated[
        float | None, typer.Option(help=str(t("0 to 1: from relevance alone to relevance × margin.")))
    ] = None,
    most_per_category: Annotated[int | None, typer.Option(help=str(t("At most so many of one category.")))] = None,
    rules: Annotated[
        Path | None, typer.Option(help=str(t("Rules from a TOML or JSON file; options here come before it.")))
    ] = None,
    how: Annotated[
        bool, typer.Option("--how", help=str(t("Say which models were chosen and how good each is.")))
    ] = False,
    words: Annotated[
        bool, typer.Option("--words", help=str(t("Have the chat model of the settings word the reasons, checked.")))
    ] = False,
    refit: Annotated[bool, typer.Option("--refit", help=str(t("Learn anew, though the data did not change.")))] = False,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=str(t("Print JSON, with reasons in both languages.")))
    ] = False,
) -> None:
    """Say what to show to a customer, beside a product or in a basket; what is popular, where none is given."""
    from shopwright.cli.recommendations import a_kind, named_rules, skus_of, some_rules, tell, whose, write_mail
    from shopwright.cli.show import say
    from shopwright.cli.words import shop_seen
    from shopwright.recommend import Question, answer
    from shopwright.strategy.heeding import review_columns

    seen = shop_seen(shop, until)
    asked = Question(whose(seen, customer), product, a_kind(kind, product), skus_of(basket), skus_of(session))
    asked.check(is_mail=mail is not None)
    wanted = some_rules(
        again=again,
        in_stock=in_stock,
        price=price,
        diversity=diverse,
        margin=margin,
        most_per_category=most_per_category,
    )
    if rules is not None:
        wanted = named_rules(rules) | wanted  # the line comes before the file, the file before what a place has
    counts = wanted.get("defect", 1.0) or wanted.get("sentiment", 0.0)  # every place counts rising faults
    more, heard = review_columns(seen, refit=refit) if counts else ((), ())
    for note in heard:
        say(note)
    if mail is not None:
        write_mail(seen, mail, k=top or 4, rules=wanted, refit=refit, as_json=as_json, more=more)
        return
    chat = None
    if words:
        from shopwright.language import chat as chat_of

        chat = chat_of(shop=seen)
    found = answer(seen, asked, k=top or 10, rules=wanted, refit=refit, chat=chat, more=more)
    tell(found, is_how=how, as_json=as_json)
