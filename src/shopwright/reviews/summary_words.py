"""A summary in the words of a chat model, which may say what the counts and quotes say and nothing else."""

from __future__ import annotations

from shopwright.i18n import current
from shopwright.language.guard import NOTE, Facts, Guarded, fence, guarded_chat
from shopwright.language.messages import ChatModel, Message
from shopwright.reviews.summary import Summary

__all__ = ["worded_summary"]

PURPOSE = "review-summary"
LANGUAGE = {"en": "English", "zh": "Chinese"}
SYSTEM = (
    "You sum up for a shop's owner what buyers say about one product, in at most three plain sentences, in {language}."
    " Say what the evidence says, with its numbers as they are; add no number, no claim and no advice. " + NOTE
)


def worded_summary(summary: Summary, model: ChatModel | None) -> Guarded:
    """The summary as the model words it if it keeps to the evidence, else the template; with which path it took.

    Args:
        summary: what was counted.
        model: who writes; None for the template.
    """
    language = current()
    template = summary.text.render(language)
    quotes = [quote for point in summary.points for quote in point.quotes]
    names = [point.name for point in summary.points]
    told = "\n".join(
        # a theme is named in reviewers' words too
        f"{'liked' if point in summary.pros else 'criticised'} by {point.n}:\n{fence(point.name, 'theme')}\n"
        + "\n".join(fence(quote, "review") for quote in point.quotes)
        for point in summary.points
    )
    values = {"reviews": summary.n, "stars": summary.stars, "said": [point.n for point in summary.points]}
    return guarded_chat(
        model,
        [
            Message("system", SYSTEM.format(language=LANGUAGE[language])),
            Message("user", f"Reviews: {summary.n}. Stars: {summary.stars}.\n{told}"),
        ],
        Facts(values, texts=[*quotes, *names], language=language),
        template,
        purpose=PURPOSE,
    )
