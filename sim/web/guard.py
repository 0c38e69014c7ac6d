"""Guards at the server's door: requests of a modest size, from this machine unless the room was let in."""

from typing import Any

MOST_BYTES = 400_000

Scope = dict[str, Any]


class SmallRequests:
    """Refuses requests with a body of more than 400,000 bytes, or of a length that is not told."""

    def __init__(self, inside: Any) -> None:
        self.inside = inside

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Let the request through, or answer 413."""
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            told = dict(scope["headers"]).get(b"content-length", b"")
            if not told.isdigit() or int(told) > MOST_BYTES:
                await send({"type": "http.response.start", "status": 413, "headers": []})
                await send({"type": "http.response.body", "body": b"too large"})
                return
        await self.inside(scope, receive, send)
