"""The preview's server: a few addresses, on this machine alone; no path of a request is ever one of a file."""

from __future__ import annotations

import asyncio
import json
import socket
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from diptych.preview.desk import Desk
from diptych.preview.guard import PANEL, Guard
from diptych.preview.views import PAPERS, View
from diptych.workspace import RefusedError, Workspace, read_font

HERE = "127.0.0.1"
ALIVE = 10.0  # seconds after which a browser that hears nothing else is told that the server is there
ASSETS = {
    "/": ("desk.html", "text/html"),
    "/desk.css": ("desk.css", "text/css"),
    "/desk.js": ("desk.js", "text/javascript"),
}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def open_door(port: int) -> socket.socket:
    """A socket on this machine alone, any free port for 0; raises OSError where the port is taken."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HERE, port))
    except OSError:
        door.close()
        raise
    return door


def serve(root: Path, paths: Sequence[Path], door: socket.socket, open_browser: bool) -> None:
    """Serves until it is stopped."""
    port = door.getsockname()[1]
    address = f"http://{HERE}:{port}/"

    def ready() -> None:
        if open_browser:
            webbrowser.open(address)

    desk = Desk(root, paths)
    config = uvicorn.Config(
        application(desk, port, ready),
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    _Server(config, desk).run(sockets=[door])


class _Server(uvicorn.Server):
    """Sends readers away before it waits for them."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self.desk = desk

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends what goes on for ever, then the rest."""
        self.desk.send_away()
        await super().shutdown(sockets)


def application(desk: Desk, port: int, ready: Callable[[], None] = lambda: None) -> Starlette:
    """The server's addresses over a desk; `ready` is called, apart, when they are about to be answered."""

    @asynccontextmanager
    async def alive(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(work) for work in (desk.set_pages(), desk.watch(), asyncio.to_thread(ready))]
        yield
        for task in tasks:
            task.cancel()
        await desk.close()

    routes = [
        *(Route(address, _asset(*asset)) for address, asset in ASSETS.items()),
        Route("/choices", lambda request: _choices(desk)),
        Route("/page", lambda request: _page(desk, request)),
        Route("/pdf", lambda request: _pdf(desk, request)),
        Route("/font/{name}", _font),
        Route("/word", _word(desk)),
        Route("/events", _events(desk)),
    ]
    hosts = [f"{name}:{port}" for name in (HERE, "localhost")]
    return Starlette(routes=routes, lifespan=alive, middleware=[Middleware(Guard, hosts=hosts)])


def _asset(name: str, kind: str) -> Callable[[Request], Response]:
    data = files("diptych.preview").joinpath(name).read_bytes()
    return lambda _: Response(data, media_type=kind)


def _choices(desk: Desk) -> Response:
    templates = Workspace(desk.root).template_names()
    return JSONResponse({"reviews": sorted(desk.reviews()), "templates": templates, "papers": PAPERS})


def _view(desk: Desk, request: Request) -> View | None:
    """The view that a request names, of those there are."""
    asked = request.query_params
    view = View(asked.get("review", ""), asked.get("template", ""), asked.get("paper", ""))
    known = view.review in desk.reviews() and view.template in Workspace(desk.root).template_names()
    return view if known and view.paper in PAPERS else None


NOT_THERE = "there is no such thing to look at\n"


def _nothing() -> Response:
    return PlainTextResponse(NOT_THERE, status_code=404)


def _page(desk: Desk, request: Request) -> Response:
    view = _view(desk, request)
    page = desk.shown(view).page if view else b""
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": PANEL}) if page else _nothing()


def _pdf(desk: Desk, request: Request) -> Response:
    view = _view(desk, request)
    pdf = desk.shown(view).pdf if view else b""
    if view is None or not pdf:
        return _nothing()
    headers = {"Content-Disposition": _disposition("inline", view, "pdf"), "Content-Security-Policy": PANEL}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _disposition(how: str, view: View, form: str) -> str:
    """With the name that `diptych build` gives the file; other letters than ASCII have none here."""
    name = f"{view.review}-{view.template}.{form}"
    return f'{how}; filename="{"".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)}"'


def _font(request: Request) -> Response:
    try:
        return Response(read_font(request.path_params["name"]), media_type="font/ttf")
    except RefusedError:
        return _nothing()


def _word(desk: Desk) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        view = _view(desk, request)
        sheet = await desk.word(view) if view else None
        if view is None or sheet is None:
            return _nothing()
        if not sheet.data:
            return PlainTextResponse("there are errors: see the preview\n", status_code=409)
        return Response(
            sheet.data, media_type=WORD, headers={"Content-Disposition": _disposition("attachment", view, "docx")}
        )

    return answer


def _events(desk: Desk) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        view = _view(desk, request)
        if view is None:
            return _nothing()
        stream = states(desk, view, request.query_params.get("pdf") == "1")
        return StreamingResponse(stream, media_type="text/event-stream")

    return answer


async def states(desk: Desk, view: View, pdf: bool) -> AsyncIterator[str]:
    """Server-sent events: the view's state, whenever it is another. Whoever reads slowly is told the newest alone."""
    told, shown = "", desk.shown(view)
    async with desk.reading(view, pdf) as news:
        while not desk.closing:
            try:
                async with asyncio.timeout(ALIVE):
                    await news.wait()
            except TimeoutError:
                yield ": here\n\n"
                continue
            news.clear()
            state = json.dumps({"session": desk.session, **shown.state()})
            if shown.built > 0 and state != told:
                told = state
                yield f"data: {told}\n\n"
