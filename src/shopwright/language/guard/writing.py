"""Text that a model writes, a guard reads, and a template replaces where the model does not keep to the evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from shopwright.errors import ProviderError, UsageError
from shopwright.i18n import Text, t
from shopwright.language.guard.checking import Problem, check
from shopwright.language.guard.facts import Facts
from shopwright.language.messages import ChatModel, Message, Messages, as_messages
from shopwright.shop.arguments import is_whole

__all__ = ["Guarded", "Path", "guarded", "guarded_chat"]

Path = Literal["model", "repaired", "template"]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text that keeps to its evidence, and where it comes from.

    Attributes:
        text: what may be shown.
        path: `model` at its first try, `repaired` after it was told what was wrong, or `template`.
        problems: what was wrong with the model's last try, where the template speaks instead.
        tries: how often the model was asked.
        failure: why the model could not be asked, if it could not.
    """

    text: str
    path: Path
    problems: tuple[Problem, ...] = ()
    tries: int = 0
    failure: ProviderError | None = None

    @property
    def note(self) -> Text:
        """Which path produced the text, for people."""
        if self.path == "model":
            return t("written by a model, checked against the evidence")
        if self.path == "repaired":
            return t("written by a model, corrected and checked against the evidence")
        return t("written from a template")


def guarded(
    write: Callable[[list[str]], str] | None, facts: Facts, template: Callable[[], str] | str, *, tries: int = 2
) -> Guarded:
    """What the model writes if it keeps to the facts; told why, it may try again; then the template speaks.

    >>> facts = Facts({"price": 12.5}, currency="EUR")
    >>> drafts = iter(["It costs 13 EUR.", "It costs 12.50 EUR."])
    >>> result = guarded(lambda reasons: next(drafts), facts, "See the price on the product's page.")
    >>> result.text, result.path
    ('It costs 12.50 EUR.', 'repaired')

    Args:
        write: takes the reasons why the last try was refused, none at first, and returns a text; None without a model.
        facts: what may be said.
        template: the text, or what makes it, where there is no model or it does not keep to the facts. Code makes it,
            so it is not checked.
        tries: how often the model is asked at most.

    Raises:
        UsageError: `tries` is negative or no whole number (CHAT-50).
    """
    if not is_whole(tries) or tries < 0:
        raise UsageError(
            t("a model cannot be asked {n} times", n=tries if is_whole(tries) else repr(tries)),
            why=t("tries counts how often it is asked at most"),
            fix=t("use tries=0 for the template alone, or 1 or more"),
            code="CHAT-50",
        )
    reasons: list[str] = []
    problems: tuple[Problem, ...] = ()
    failure, asked = None, 0
    while write is not None and asked < tries:
        try:
            text = write(list(reasons))
        except ProviderError as error:  # a flaky endpoint or a spent budget is no reason to say nothing
            failure = error
            break
        asked += 1
        verdict = check(text, facts)
        if verdict.ok and text.strip():
            return Guarded(text, "model" if asked == 1 else "repaired", tries=asked)
        problems = verdict.problems
        reasons = verdict.reasons or [str(t("nothing was written"))]
    return Guarded(template if isinstance(template, str) else template(), "template", problems, asked, failure)


def guarded_chat(
    model: ChatModel | None,
    messages: Messages,
    facts: Facts,
    template: Callable[[], str] | str,
    *,
    purpose: str = "guarded",
    tries: int = 2,
) -> Guarded:
    """What a chat model replies if it keeps to the facts; told why, it may try again; then the template speaks.

    Args:
        model: who writes; None for the template alone.
        messages: what is asked of it, as `ChatModel.reply` takes it.
        facts: what may be said.
        template: as in `guarded`.
        purpose: what the ledger puts the calls under.
        tries: how often the model is asked at most.

    Raises:
        UsageError: there is nothing to reply to, or `tries` is negative (CHAT-50).
    """
    said: list[Message] = list(as_messages(messages))

    def write(reasons: list[str]) -> str:
        if reasons:
            asked = t("Write it again, and keep to the evidence: {reasons}", reasons="; ".join(reasons))
            said.append(Message("user", str(asked)))
        assert model is not None
        text = model.reply(said, purpose=purpose).text
        said.append(Message("assistant", text))
        return text

    return guarded(None if model is None else write, facts, template, tries=tries)
