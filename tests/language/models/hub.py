"""A real HTTP server that speaks as much of the hub's protocol as loading a model needs."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import threading
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def log_message(self, *_: object) -> None:
        return

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        parts = unquote(urlsplit(self.path).path).strip("/").split("/")
        self.server.seen.append(f"{self.command} {self.path}")
        if self.server.html:
            return self._give(200, b"<html>log in to the airport's network</html>", "text/html", with_body)
        if parts[:2] == ["api", "models"]:
            return self._describe("/".join(parts[2:4]), parts[4:], with_body)
        folder = self.server.repos.get("/".join(parts[:2]))
        file = folder / "/".join(parts[4:]) if folder and parts[2:3] == ["resolve"] else None
        if file is None or not file.is_file():
            return self._give(404, b"{}", "application/json", with_body, **{"X-Error-Code": "EntryNotFound"})
        body = file.read_bytes()
        if self.server.breaks_off and file.name == "model.safetensors" and with_body:
            body = body[: len(body) // 2]
        etag = f'"{hashlib.sha256(file.read_bytes()).hexdigest()}"'
        size = str(file.stat().st_size)
        facts = {"ETag": etag, "X-Repo-Commit": REVISION, "X-Linked-Size": size, "Accept-Ranges": "bytes"}
        return self._give(200, body, "application/octet-stream", with_body, length=size, **facts)

    def _describe(self, repo: str, rest: list[str], with_body: bool) -> None:
        folder = self.server.repos.get(repo)
        if folder is None:
            kind = {"X-Error-Code": "RepoNotFound"}
            return self._give(404, b'{"error": "Repository not found"}', "application/json", with_body, **kind)
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        names = [path.relative_to(folder).as_posix() for path in files]
        if rest[:1] == ["tree"]:
            listed = [
                {"type": "file", "oid": "0" * 40, "size": path.stat().st_size, "path": name}
                for path, name in zip(files, names, strict=True)
            ]
            return self._give(200, json.dumps(listed).encode(), "application/json", with_body)
        told = {
            **{"id": repo, "modelId": repo, "sha": REVISION, "private": False, "tags": [], "downloads": 0, "likes": 0},
            **{"cardData": {"license": "apache-2.0"}, "siblings": [{"rfilename": name} for name in names]},
        }
        return self._give(200, json.dumps(told).encode(), "application/json", with_body)

    def _give(self, status: int, body: bytes, kind: str, with_body: bool, length: str = "", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": length or str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body and self.server.trickles and len(body) > 1000:
            self._trickle(body)
        elif with_body:
            self.wfile.write(body)
        if length and len(body) < int(length):
            self.close_connection = True

    def _trickle(self, body: bytes) -> None:
        """A byte now and then, each well within a read's own time limit."""
        with contextlib.suppress(OSError):  # the client went away, as it should
            for at in range(len(body)):
                self.wfile.write(body[at : at + 1])
                self.wfile.flush()
                time.sleep(0.05)
        self.close_connection = True


class Hub(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, repos: dict[str, Path]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.repos, self.seen = repos, list[str]()
        self.html = self.breaks_off = self.trickles = False
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join(5)

    def handle_error(self, *_: object) -> None:
        return
