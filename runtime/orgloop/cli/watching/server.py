"""The server behind ``--web``: textual-serve's, which answers nobody but its own page."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from textual_serve.server import Server


class LoopbackServer(Server):
    """Refuses what comes from another page, or under another name than this machine's."""

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        # Not `append`: what refuses stands before whatever else there is.
        app.middlewares.insert(0, _only_own(self.port))
        app.on_response_prepare.append(_nothing_from_elsewhere)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say where it is."""
        del app
        self.console.print(f"Watching at {self.public_url} (Ctrl-C ends it).", markup=False)


async def _nothing_from_elsewhere(request: web.Request, response: web.StreamResponse) -> None:
    """The page asks for a font of another site: where there is no network it would wait for it."""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self' 'unsafe-inline' data: blob:; connect-src 'self' ws://{request.host}"
    )


def _only_own(port: int) -> Middleware:
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
    pages = {f"http://{host}" for host in hosts}

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if request.host not in hosts or (origin is not None and origin not in pages):
            raise web.HTTPForbidden(text="This is for a page of its own.")
        if request.path == "/ws" and origin is None:
            raise web.HTTPForbidden(text="This is for a page of its own.")
        return await handler(request)

    return check
