"""What is to be known about a model of sentiment, for people."""

from __future__ import annotations

from collections.abc import Iterator

from shopwright.i18n import Text, t

__all__ = ["not_taught", "nothing_learned"]


def not_taught(size: int, n_strange: int, n_few: int, least: int) -> Iterator[Text]:
    """Which of the texts without stars `adapt` did not learn from, and why."""
    if n_strange:
        yield t(
            "{n} of {size} texts without stars are in a language that was not learned; they taught nothing",
            n=n_strange,
            size=size,
        )
    if n_few:
        yield t(
            "{n} texts without stars are too few to learn a new subject from; {least} are needed",
            n=n_few,
            least=least,
        )


def nothing_learned(n: int) -> Text:
    """That `n` reviews of a script were no examples."""
    return t(
        "reviews with a rating to learn from in one script: {n:,}; these are too few, or all good or all bad, so how"
        " pleased such texts are comes from the model that ships, not from this shop's own words",
        n=n,
    )
