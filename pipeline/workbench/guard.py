"""Keeps everybody but the page that the user opened away from the workbench.

Any page in the user's browser can send requests to a port of this machine, and a name that is
turned round to 127.0.0.1 (DNS rebinding) makes it their own origin. So the host must be named as
we named it, what is changed must come from our own origin, and all that is not the page itself
needs a token, which the terminal shows and no other page can read.
"""

from __future__ import annotations

from secrets import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-tariffwire-token"  # noqa: S105  # the name of a header, no secret
API = "/api/"
LONGEST_BODY = 4_000_000
"""Bytes: many times the longest rule file."""

DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
)
HEADERS = {
    "content-security-policy": "; ".join(DIRECTIVES),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


class Guard:
    """Lets through what our own page asks, and gives every answer the headers of a closed page."""

    def __init__(self, app: ASGIApp, *, port: int, token: str) -> None:
        self.app = app
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the reason where a request is refused."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refused = self.refusal(scope)
        if refused is None:
            await self.app(scope, receive, closed)
        else:
            status, reason = refused
            await JSONResponse({"error": reason}, status)(scope, receive, closed)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason, or None where the request may pass."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self.hosts or len(headers.getlist("host")) != 1:
            return 421, "this address is not the workbench's; open the one the terminal shows"
        origin = headers.get("origin")
        reads = scope["method"] in ("GET", "HEAD")
        if (origin is None and not reads) or origin not in (None, f"http://{host}"):
            return 403, "another page may not use the workbench"
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return 403, "another page may not use the workbench"
        if not scope["path"].startswith(API):
            return None if reads else (405, "this is only to be read")
        if not compare_digest(headers.get(TOKEN_HEADER, "").encode(), self.token.encode()):
            return 401, "open the address that the terminal shows: it carries the key to this page"
        return None if reads else refusal_of_body(headers)


def refusal_of_body(headers: Headers) -> tuple[int, str] | None:
    """Why a body is not read: its length is not told, is too much, or it is no JSON."""
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        return 411, "say how long the body is"
    if int(length) > LONGEST_BODY:
        return 413, f"over {LONGEST_BODY:,} bytes, which no rule file has"
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return 415, "send JSON"
    return None
