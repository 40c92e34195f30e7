"""Who may ask, and what browsers may do with an answer.

A page from elsewhere must not read a manuscript: not by asking this server from the reader's own browser, not under a
name of its own that it lets lead to this machine (DNS rebinding). So the server answers under its own names alone, and
to its own pages alone; what asks must not change anything, so there is nothing but GET and HEAD.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PANEL = "frame-ancestors 'self'"
SHELL = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Guard:
    """Refuses whoever may not ask, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        reason = self._refused(scope["method"], Headers(scope=scope))

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Content-Security-Policy", SHELL)
            await send(message)

        if reason:
            await PlainTextResponse(f"{reason}\n", status_code=403)(scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)

    def _refused(self, method: str, headers: Headers) -> str:
        """Why the request is refused; empty where it is not."""
        if method not in ("GET", "HEAD"):
            return "the preview is only read"
        if headers.get("host", "") not in self.hosts or len(headers.getlist("host")) != 1:
            return "the preview answers under its own address only"
        if any(origin not in {f"http://{host}" for host in self.hosts} for origin in headers.getlist("origin")):
            return "the preview answers to its own pages only"
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return "the preview answers to its own pages only"
        return ""
