"""Spans where the SDK is set up, with the names others look for and no text of anybody."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.language.chat.server import chunks_of, events_of, refuses, streams

from shopwright.errors import ProviderError

pytestmark = pytest.mark.loopback


@pytest.fixture
def spans(monkeypatch):
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)  # it can be set once in a process
    yield exporter.get_finished_spans
    provider.shutdown()


def test_a_call_is_a_span(server, client, spans):
    client(price_in=1.0, price_out=1.0).reply("Confidential", purpose="memo", temperature=0.5)
    (span,) = spans()
    assert span.name == "chat m"
    assert span.kind is trace.SpanKind.CLIENT
    assert dict(span.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "m",
        "gen_ai.request.max_tokens": 1000,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.response.model": "m-2026",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.output_tokens": 5,
        "server.address": "127.0.0.1",
        "server.port": server.server_port,
        "shopwright.purpose": "memo",
        "shopwright.cached": False,
        "shopwright.cost": pytest.approx(17e-6),
        "shopwright.currency": "USD",
    }
    assert "Confidential" not in span.to_json()
    assert "Hello!" not in span.to_json()


def test_a_failure_is_told_by_its_code_alone(server, client, spans, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_CHAT_KEY", "sk-0123456789")
    server.does(refuses(401, "sk-0123456789 is wrong"))
    with pytest.raises(ProviderError):
        client().reply("Hi")
    (span,) = spans()
    assert span.attributes["error.type"] == "CHAT-06"
    assert span.status.status_code is trace.StatusCode.ERROR
    assert "sk-0123" not in span.to_json()


def test_a_stream_is_one_span_until_its_end(server, client, spans):
    server.does(streams(events_of(chunks_of("Hello there"))))
    stream = client().stream("Hi")
    next(stream)
    assert spans() == ()
    list(stream)
    assert spans()[0].attributes["gen_ai.usage.output_tokens"] == 5


def test_a_stream_that_is_left_is_no_error(server, client, spans):
    server.does(streams(events_of(chunks_of("Hello there"))))
    stream = client().stream("Hi")
    next(stream)
    stream.close()
    (span,) = spans()
    assert span.status.is_ok
