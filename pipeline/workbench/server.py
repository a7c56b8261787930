"""Serves the workbench to a browser on this machine, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe
from socket import create_server  # noqa: TID251  # nothing is asked of the network: we answer
from threading import Lock

import uvicorn
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from pipeline.workbench.bench import ACTIONS, Action, AskError, Bench
from pipeline.workbench.folder import ConflictError, FolderError
from pipeline.workbench.guard import API, Guard

HOST = "127.0.0.1"
STATIC = Path(__file__).parent / "static"
FILES = {
    "/": ("index.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}


class PortError(RuntimeError):
    """The port cannot be had."""


def serve(bench: Bench, *, port: int, told: Callable[[str], None]) -> None:
    """Serve until Ctrl-C (`KeyboardInterrupt`); `told` gets the address with the token.

    Port 0 is any free one. Raises `PortError` where another program has the port.
    """
    try:
        listening = create_server((HOST, port))
    except OSError as error:
        raise PortError(f"port {port} is taken; give another with --port, or 0") from error
    with listening:
        number = int(listening.getsockname()[1])
        token = token_urlsafe(24)
        # After the # it is sent to nobody and stands in no log.
        told(f"http://{HOST}:{number}/#{token}")
        app = app_of(bench, port=number, token=token)
        config = uvicorn.Config(app, log_level="critical", ws="none")
        uvicorn.Server(config).run(sockets=[listening])


def app_of(bench: Bench, *, port: int, token: str) -> ASGIApp:
    """The application behind its guard."""
    lock = Lock()

    async def answer(request: Request) -> Response:
        action = ACTIONS.get(request.path_params["name"])
        if action is None:
            return failure(404, "there is no such question")
        return await run_in_threadpool(answered, action, bench, lock, await request.body())

    routes = [Route(path, page) for path in FILES]
    routes.append(Route(f"{API}{{name}}", answer, methods=["POST"]))
    return Guard(Starlette(routes=routes), port=port, token=token)


def page(request: Request) -> Response:
    """A file of the page."""
    name, kind = FILES[request.url.path]
    return Response((STATIC / name).read_bytes(), media_type=kind)


def answered(action: Action, bench: Bench, lock: Lock, body: bytes) -> Response:
    """The answer of the bench, or why there is none."""
    try:
        ask = action.form.model_validate_json(body)
        with lock:  # neither spaCy nor the bench is made for several at once
            return JSONResponse(action.answer(bench, ask))
    except ConflictError as error:
        return failure(409, str(error))
    except ValidationError as error:
        return failure(400, f"not understood: {error.errors()[0]['msg']}")
    except (AskError, FolderError) as error:
        return failure(404, str(error))


def failure(status: int, reason: str) -> Response:
    """An answer that says what went wrong."""
    return JSONResponse({"error": reason}, status)
