"""What can go wrong with one try, and what is said of it when no try is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shopwright.errors import ProviderError
from shopwright.i18n import Text, t

__all__ = ["AGAIN", "Kind", "TryFailed", "explain"]

Kind = Literal[
    "unreachable", "tls", "timeout", "deadline", "dropped", "key", "missing", "refused", "limited", "quota", "server",
    "not_json", "too_large", "moved", "open", "not_a_reply", "empty", "cut",
]  # fmt: skip
AGAIN: frozenset[Kind] = frozenset({"unreachable", "timeout", "dropped", "limited", "server", "empty"})


@dataclass(eq=False)
class TryFailed(Exception):
    """One try failed.

    Attributes:
        kind: what happened; those in `AGAIN` are worth another try.
        detail: what the server or the system said, already masked.
        status: HTTP status, 0 where there was none.
        retry_after: seconds the server asked to wait, None where it did not.
        was_sent: whether the server may have worked on the request, and charge for it.
        tokens_out: tokens received before it broke off, estimated.
    """

    kind: Kind
    detail: str = ""
    status: int = 0
    retry_after: float | None = None
    was_sent: bool = True
    tokens_out: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.status or ''} {self.detail}".strip()


def explain(failed: TryFailed, *, endpoint: str, tries: int) -> ProviderError:
    """The error for a call of which no try worked; `endpoint` is a URL without secrets."""
    said = Text.literal(failed.detail[:400]) if failed.detail else t("it said nothing else")
    after = t("{said} (tries: {tries})", said=said, tries=tries)
    match failed.kind:
        case "unreachable":
            return ProviderError(
                t("{endpoint} could not be reached", endpoint=endpoint),
                why=after,
                fix=t("check that the address is right and the server is running"),
                code="CHAT-02",
            )
        case "tls":
            return ProviderError(
                t("the certificate of {endpoint} is not trusted", endpoint=endpoint),
                why=said,
                fix=t("set SSL_CERT_FILE to the certificate of your own authority, or correct the address"),
                code="CHAT-03",
            )
        case "timeout" | "deadline":
            return ProviderError(
                t("{endpoint} did not finish its answer in time", endpoint=endpoint),
                why=after,
                fix=t("try again later, raise language.deadline, or ask for fewer tokens"),
                code="CHAT-04",
            )
        case "dropped":
            return ProviderError(
                t("{endpoint} dropped the connection", endpoint=endpoint),
                why=after,
                fix=t("try again later; if it stays so, look into the server's log"),
                code="CHAT-05",
            )
        case "open":
            return ProviderError(
                t("{endpoint} is given a rest", endpoint=endpoint),
                why=t("its last calls all failed; {said}", said=said),
                fix=t("wait a minute, and check that the server is well"),
                code="CHAT-14",
            )
        case "key" | "missing" | "refused" | "limited" | "quota" | "server":
            return _answered(failed, endpoint, said, after)
        case _:
            return _unreadable(failed, endpoint, said, after)


def _answered(failed: TryFailed, endpoint: str, said: Text, after: Text) -> ProviderError:
    match failed.kind:
        case "key":
            return ProviderError(
                t("{endpoint} refused the key", endpoint=endpoint),
                why=t("it answered {status}: {said}", status=failed.status, said=said),
                fix=t("check the key and what it may do; it is read from the environment or language.key_file"),
                code="CHAT-06",
            )
        case "missing":
            return ProviderError(
                t("{endpoint} does not know the model or the address", endpoint=endpoint),
                why=t("it answered {status}: {said}", status=failed.status, said=said),
                fix=t("check language.chat_model and language.chat_url; the address often ends in /v1"),
                code="CHAT-07",
            )
        case "limited":
            return ProviderError(
                t("{endpoint} takes no more requests for now", endpoint=endpoint),
                why=after,
                fix=t("wait, or lower language.calls_per_minute"),
                code="CHAT-09",
            )
        case "quota":
            return ProviderError(
                t("the account at {endpoint} has no credit left", endpoint=endpoint),
                why=t("it answered {status}: {said}", status=failed.status, said=said),
                fix=t("top it up at the provider, or use another model"),
                code="CHAT-35",
            )
        case "server":
            return ProviderError(
                t("{endpoint} is in trouble itself", endpoint=endpoint),
                why=t("it answered {status}: {said}", status=failed.status, said=after),
                fix=t("try again later; if it stays so, look into the server's log"),
                code="CHAT-10",
            )
        case _:
            return ProviderError(
                t("{endpoint} refused the request", endpoint=endpoint),
                why=t("it answered {status}: {said}", status=failed.status, said=said),
                fix=t("change what it objects to; a shorter text or fewer tokens often helps"),
                code="CHAT-08",
            )


def _unreadable(failed: TryFailed, endpoint: str, said: Text, after: Text) -> ProviderError:
    match failed.kind:
        case "too_large":
            return ProviderError(
                t("the answer of {endpoint} is too large", endpoint=endpoint),
                why=said,
                fix=t("ask for fewer tokens, and check that the address is that of a model"),
                code="CHAT-12",
            )
        case "moved":
            return ProviderError(
                t("{endpoint} points to another address", endpoint=endpoint),
                why=t(
                    "it answered {status} and named {said}; a key is not sent after it", status=failed.status, said=said
                ),
                fix=t("if you trust that address, set language.chat_url to it"),
                code="CHAT-13",
            )
        case "empty" | "cut":
            return ProviderError(
                t("{endpoint} gave an empty reply", endpoint=endpoint),
                why=after,
                fix=t("allow more tokens: a model that thinks first may use them all up"),
                code="CHAT-16",
            )
        case "not_json":
            return ProviderError(
                t("{endpoint} did not answer in JSON", endpoint=endpoint),
                why=t("it began with: {said}", said=said),
                fix=t("check the address: this looks like a web page or a proxy; it often ends in /v1"),
                code="CHAT-11",
            )
        case _:
            return ProviderError(
                t("{endpoint} answered with something that is no reply", endpoint=endpoint),
                why=said,
                fix=t("check that the server speaks the protocol of language.chat_provider"),
                code="CHAT-15",
            )
