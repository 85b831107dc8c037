"""A shop's answer to one question: what to show a customer, beside a product, with a basket, or in a visit."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.recommend.assortment import assortment
from shopwright.recommend.beside_blend import BASKET, PRODUCT
from shopwright.recommend.chosen import chosen
from shopwright.recommend.kept import kept
from shopwright.recommend.listed import Listed
from shopwright.recommend.recommender import Recommender
from shopwright.recommend.rules import Rules
from shopwright.recommend.surfaces import Kind, Surface, Surfaces
from shopwright.recommend.worded import worded
from shopwright.shop.shop import Shop

if TYPE_CHECKING:
    from shopwright.language.messages import ChatModel

__all__ = ["Answer", "Question", "answer"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; at most one of customer, product, basket and session, none for what is popular.

    Attributes:
        customer: for this customer.
        product: beside this product.
        kind: beside a product: what goes with it, or what serves instead.
        basket: with these products.
        session: for a visitor who looked at these, the latest last.
    """

    customer: str | None = None
    product: str | None = None
    kind: Kind = "complement"
    basket: Sequence[str] = ()
    session: Sequence[str] = ()

    @property
    def surface(self) -> Surface:
        """Where the list is shown."""
        given = (name for name, is_given in self._given.items() if is_given)
        return next(given, "basket")

    def check(self, *, is_mail: bool = False) -> None:
        """See that it is one question.

        Raises:
            UsageError: it is for more than one place, or an id is empty.
        """
        for name, value in (("customer", self.customer), ("product", self.product)):
            if value is not None and not value.strip():
                raise UsageError(
                    t("the {name} that was given is empty", name=name),
                    why=t("a list is made for one whose id is known, or for nobody at all"),
                    fix=t("give an id, or leave it out to see what is popular"),
                    code="RECOMMEND-73",
                )
        if sum(self._given.values()) + is_mail > 1:
            raise UsageError(
                t("more than one of customer, product, basket, session and mail was given"),
                why=t("a list of recommendations answers one question"),
                fix=t("give one of them; ask again for the next"),
                code="RECOMMEND-09",
            )

    @property
    def _given(self) -> dict[Surface, bool]:
        return {
            "customer": self.customer is not None,
            "product": self.product is not None,
            "basket": bool(self.basket),
            "session": bool(self.session),
        }

    @property
    def skus(self) -> list[str]:
        """All products that it names."""
        return [*([] if self.product is None else [self.product]), *self.basket, *self.session]


@dataclass(frozen=True, eq=False)
class Answer:
    """What to show.

    Attributes:
        rows: rank, sku, title, score, why (a struct with the reason in each language); never empty.
        notes: what was not known, and what was meant perhaps; which rules were given up.
        as_of: last day looked at.
        how: what the scores are.
        chosen: which models the blend holds and how well each does.
    """

    rows: pl.DataFrame
    notes: tuple[Text, ...]
    as_of: date
    how: Text
    chosen: tuple[Text, ...] = ()


def answer(
    shop: Shop,
    question: Question | None = None,
    *,
    k: int = 10,
    rules: dict[str, Any] | None = None,
    base: Rules | None = None,
    refit: bool = False,
    chat: ChatModel | None = None,
    more: Sequence[pl.DataFrame] = (),
    **asked: Any,
) -> Answer:
    """What to show a customer, beside a product, with a basket or in a visit; what is popular where nothing is asked.

    Args:
        shop: the shop.
        question: what is asked; its parts may also be given by name.
        k: most products.
        rules: rules by name that differ from those of the surface (`SURFACES`), or from `base`.
        base: rules in the place of the surface's.
        refit: fit the models anew in any case.
        chat: words the reasons, guarded.
        more: tables with sku and what else rules read (sentiment, is_defect_rising …), as `assortment` takes them.
        asked: parts of the question: customer, product, kind, basket, session.

    Raises:
        UsageError: more than one of them was given, `k` is below 1, or a rule is not possible.
        TableError: there are no sales.
    """
    question = question or Question(**asked)
    question.check()
    place = question.surface
    rules = rules or {}
    Rules.of(rules)  # says which name is unknown
    found = kept(shop, refit=refit)
    surfaces = Surfaces.of(found.model, assortment(shop, *more))
    wanted = replace(surfaces.rules[place] if base is None else base, **rules)
    listed = _listed(surfaces, question, k, wanted)
    notes = [*found.notes, *_strange(found.model, question), *(note for note in listed.notes if not _is_said(note))]
    if wanted.defect and surfaces.shelf.is_defect.any():
        whole = _listed(surfaces, question, k, replace(wanted, defect=0.0))
        notes += surfaces.moved_down(whole, listed)
    if chat is not None:
        titles = [surfaces.model.title(surfaces.model.skus[place]) for place in listed.places]
        said = worded(chat, titles, listed.whys)
        listed = replace(listed, whys=tuple(why for why, _ in said))
        kept_to = sum(is_kept for _, is_kept in said)
        notes.append(
            t(
                "{n} of {k} reasons are worded by the chat model, checked; others stand as they are counted",
                n=kept_to,
                k=len(said),
            )
        )
    how = _how(surfaces.model, question)
    return Answer(surfaces.table(listed), tuple(notes), shop.day, how, chosen(found.model))


def _listed(surfaces: Surfaces, asked: Question, k: int, rules: Rules) -> Listed:
    if asked.product is not None:
        return surfaces.for_product(asked.product, k, asked.kind, rules)
    if asked.customer is not None:
        return surfaces.for_customer(asked.customer, k, rules)
    if asked.session:
        return surfaces.for_session(asked.session, k, rules)
    return surfaces.for_basket(asked.basket, k, rules)


def _strange(model: Recommender, asked: Question) -> Iterator[Text]:
    """What of the question is not known."""
    if asked.customer is not None and not model.knows_customer(asked.customer):
        yield _unknown(t("customer {name} never bought", name=asked.customer), asked.customer, model.customers)
    for sku in asked.skus:
        if not model.knows(sku):
            yield _unknown(t("product {name} was never sold", name=sku), sku, model.skus)


def _is_said(note: Text) -> bool:
    """Whether a note says what `_strange` says better."""
    return note.msgid in (
        "nothing is known about this customer yet",
        "{sku} was never bought",
        "none of these products was bought before",
        "{sku} was never looked at",
        "none of these products was looked at before",
    )


def _how(model: Recommender, asked: Question) -> Text:
    is_known = any(model.knows(sku) for sku in asked.skus)
    if asked.customer is not None:
        is_known = model.knows_customer(asked.customer)
    if not is_known or (asked.product is not None and asked.kind == "alternative"):
        return t("chance: the share of the orders of the last 28 days that hold the product")
    if (asked.product is not None and PRODUCT in model.beside) or (asked.basket and BASKET in model.beside):
        return t(
            "chance: how often a product with such a score was in the same order, counted on the last tenth of the"
            " time; bought together: in orders of the last 365 days with at most 100 different products"
        )
    if asked.product is not None or asked.basket or model.blends is None:
        return t(
            "chance of being in an order with what was bought, from orders of the last 365 days, shrunk towards what"
            " is popular in the last 28; orders of more than 100 different products are not counted"
        )
    return t(
        "chance: how often a product with such a score was among what was bought next, counted on the last tenth of the"
        " time; many products share one chance, and the better score stands first; bought together: in orders of the"
        " last 365 days with at most 100 different products"
    )


def _unknown(what: Text, name: str, names: Iterable[str]) -> Text:
    """What is not known, with the nearest known name: one in other case, else one that is spelt alike."""
    # spelling is compared with names that begin alike: with all of a million customers it would take minutes
    alike = [known for known in names if known[:1].casefold() == name[:1].casefold()]
    same = [known for known in alike if known.casefold() == name.strip().casefold()]
    close = same or difflib.get_close_matches(name, alike[:50_000], n=100)
    if not close:
        return what
    nearest = max(close, key=lambda known: sum(one == two for one, two in zip(known, name, strict=False)))
    return t("{what}; did you mean {near}?", what=what, near=nearest)
