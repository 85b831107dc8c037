"""A real HTTP server that speaks the chat protocols, well or badly, as the test tells it to."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Behaviour = Callable[["Handler", dict[str, Any]], None]


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, *_: object) -> None:
        return

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.server.lock:
            self.server.seen.append(Seen(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            script = self.server.script
            behaviour = script.pop(0) if len(script) > 1 else script[0]
        try:
            behaviour(self, body)
        except OSError:
            self.close_connection = True

    def give(self, status: int, content: bytes, kind: str = "application/json", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(content)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + content)

    def begin_events(self, kind: str = "text/event-stream") -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.wfile.write(head.encode())

    def chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def wait(self, seconds: float) -> bool:
        """Do nothing for a while; whether the test is over."""
        return self.server.over.wait(seconds)

    def drop(self) -> None:
        self.close_connection = True
        self.connection.close()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Behaviour] = [says("Hello!")]
        self.seen: list[Seen] = []
        self.lock, self.over = threading.Lock(), threading.Event()
        self.scheme = "https" if context else "http"
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def handle_error(self, *_: object) -> None:
        return  # a client that hangs up, or does not trust us, is what the tests are about

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/v1"

    def does(self, *behaviours: Behaviour) -> None:
        """What to do with the next requests; the last holds for all after it."""
        self.script = list(behaviours)

    def stop(self) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()
        self._thread.join(5)


def completion(text: str | None = "Hello!", *, finish: str = "stop", usage: bool = True, **message: Any) -> dict:
    """A whole answer of the chat completions protocol."""
    answer: dict[str, Any] = {
        "id": "x",
        "model": "m-2026",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
        ],
    }
    if usage:
        answer["usage"] = {"prompt_tokens": 12, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 2}}
    return answer


def tool_call(name: str, arguments: str, id_: str = "c1") -> dict:
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def gives(value: Any, status: int = 200, **headers: str) -> Behaviour:
    return lambda handler, _: handler.give(status, json.dumps(value, ensure_ascii=False).encode(), **headers)


def says(text: str | None = "Hello!", **more: Any) -> Behaviour:
    return gives(completion(text, **more))


def calls(*calls_: dict) -> Behaviour:
    return gives(completion(None, finish="tool_calls", tool_calls=list(calls_)))


def refuses(status: int, message: str = "no", **headers: str) -> Behaviour:
    return gives({"error": {"message": message}}, status, **headers)


def page(status: int = 200) -> Behaviour:
    return lambda handler, _: handler.give(status, b"<!doctype html><title>Sign in</title>", "text/html")


def chunks_of(text: str, *, usage: bool = True, finish: str = "stop", step: int = 4) -> list[dict]:
    """The chunks of a streamed reply."""
    pieces = [text[at : at + step] for at in range(0, len(text), step)]
    chunks: list[dict] = [{"model": "m-2026", "choices": [{"delta": {"content": piece}}]} for piece in pieces]
    chunks.append({"model": "m-2026", "choices": [{"delta": {}, "finish_reason": finish}]})
    if usage:
        chunks.append({"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 5}})
    return chunks


def events_of(chunks: list[dict], *, end: str = "\n", done: bool = True) -> bytes:
    lines = [f"data: {json.dumps(chunk, ensure_ascii=False)}{end}{end}" for chunk in chunks]
    return "".join([*lines, *([f"data: [DONE]{end}{end}"] if done else [])]).encode()


def streams(data: bytes, *, cut: int = 0, then: Behaviour | None = None, kind: str = "text/event-stream") -> Behaviour:
    """Send bytes of events, cut into pieces of `cut` bytes; then end the answer, or do something else."""

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_events(kind)
        for at in range(0, len(data), cut or len(data)):
            handler.chunk(data[at : at + (cut or len(data))])
        if then is not None:
            then(handler, body)
        else:
            handler.wfile.write(b"0\r\n\r\n")

    return behave


def stalls(handler: Handler, _: dict[str, Any]) -> None:
    handler.wait(20)
    handler.drop()


def drops(handler: Handler, _: dict[str, Any]) -> None:
    handler.drop()


def drips(content: bytes, pause: float = 0.02) -> Behaviour:
    """One byte at a time, for ever; from the first byte of the answer on."""

    def behave(handler: Handler, _: dict[str, Any]) -> None:
        for byte in content:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            if handler.wait(pause):
                break
        handler.drop()

    return behave
