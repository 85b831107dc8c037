"""Which models a blend chose, and how well each does alone: in words."""

from __future__ import annotations

from shopwright.i18n import Text, t
from shopwright.recommend.blend import Blend
from shopwright.recommend.recommender import Recommender

__all__ = ["chosen", "named"]

ALIKE = (  # members with several settings under one name
    ("popular of the week", t("popular, last 7 days")),
    ("popular", t("popular, all time")),
    ("repeat", t("bought before, again")),
    ("neighbours", t("neighbours of products")),
    ("sessions", t("visits like this one")),
    ("linear, firm", t("linear model, strongly shrunk")),
    ("linear", t("linear model")),
    ("sequence, firm", t("what follows what, strongly shrunk")),
    ("sequence", t("what follows what")),
    ("factors, patient", t("factors, long memory")),
    ("factors", t("factors")),
)


def named(member: str) -> Text:
    """A member of the blend, for people."""
    return dict(ALIKE).get(member, Text.literal(member))


def chosen(model: Recommender) -> tuple[Text, ...]:
    """What the blends hold, what they reach, and each model alone beside popularity; one text for each blend."""
    if model.blends is None:
        return (
            t("too little was bought after any day to choose models by; counts of what was bought together answer"),
        )
    return (
        _of(t("products new to the customer"), model.blends.new),
        _of(t("all products, those bought before among them"), model.blends.any),
    )


def _of(what: Text, blend: Blend) -> Text:
    found = blend.weighed
    alone = sorted(found.alone.items(), key=lambda each: -each[1].ndcg)
    return t(
        "{what}: {members} reach NDCG@10 {ndcg:.4f} on {n:,} purchases after the cut; alone: {alone}",
        what=what,
        members=_joined([named(name) for name in found.weights]),
        ndcg=found.blend.ndcg,
        n=found.n,
        alone=_joined([t("{name} {ndcg:.4f}", name=named(name), ndcg=each.ndcg) for name, each in alone]),
    )


def _joined(parts: list[Text]) -> Text:
    """Parts with commas between."""
    found = parts[0]
    for part in parts[1:]:
        found = t("{first}; {rest}", first=found, rest=part)
    return found
