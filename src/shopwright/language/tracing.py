"""OpenTelemetry spans of calls, where the SDK is installed and set up by the program around us; else nothing.

Names follow the semantic conventions for generative AI (`gen_ai.*`, still in development: they are written here alone).
No text of a message or reply is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shopwright.errors import ShopError
from shopwright.language.messages import Reply
from shopwright.language.providers.wire import Request

if TYPE_CHECKING:
    from opentelemetry.trace import Span

__all__ = ["Trace", "traced"]


class Trace:
    """The span of one call; does nothing where there is no tracing.

    Args:
        span: the span, or None.
    """

    def __init__(self, span: Span | None) -> None:
        self._span = span

    def replied(self, reply: Reply) -> None:
        """Note what came of the call."""
        if self._span is None:
            return
        self._span.set_attribute("gen_ai.response.model", reply.model)
        self._span.set_attribute("gen_ai.response.finish_reasons", [reply.finish])
        self._span.set_attribute("gen_ai.usage.input_tokens", reply.usage.tokens_in)
        self._span.set_attribute("gen_ai.usage.output_tokens", reply.usage.tokens_out)
        self._span.set_attribute("shopwright.cached", reply.cached)
        if reply.cost is not None:
            self._span.set_attribute("shopwright.cost", reply.cost)
            self._span.set_attribute("shopwright.currency", reply.currency)

    def failed(self, error: BaseException) -> None:
        """Note what went wrong: its code, not its words."""
        if self._span is None:
            return
        from opentelemetry.trace import StatusCode

        self._span.set_attribute("error.type", error.code if isinstance(error, ShopError) else type(error).__name__)
        self._span.set_status(StatusCode.ERROR)


@contextmanager
def traced(provider: str, url: str, purpose: str, request: Request) -> Iterator[Trace]:
    """A span around one call. It is nobody's current span, since a stream is read in any context."""
    span = _span(provider, url, purpose, request)
    trace = Trace(span)
    try:
        yield trace
    except GeneratorExit:
        raise  # a stream that nobody wanted to its end is no error
    except BaseException as error:
        trace.failed(error)
        raise
    finally:
        if span is not None:
            span.end()


def _span(provider: str, url: str, purpose: str, request: Request) -> Span | None:
    try:
        from opentelemetry.trace import SpanKind, get_tracer
    except ImportError:
        return None
    parts = urlsplit(url)
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": request.model,
        "gen_ai.request.max_tokens": request.max_tokens,
        "server.address": parts.hostname or "",
        "server.port": parts.port or (443 if parts.scheme == "https" else 80),
        "shopwright.purpose": purpose,
    }
    if request.temperature is not None:
        attributes["gen_ai.request.temperature"] = request.temperature
    return get_tracer("shopwright").start_span(f"chat {request.model}", kind=SpanKind.CLIENT, attributes=attributes)
