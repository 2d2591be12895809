"""The application 控制台: routes, static files and the guard around them, over one desk."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.routing import Route as Address
from starlette.staticfiles import StaticFiles

from console.desk import open_desk
from console.rendering import STATIC
from console.routes import ROUTES
from console.security import Guard
from console.serving import endpoint, stray
from models import clock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from pendulum import DateTime
    from starlette.types import ASGIApp

    from console.desk import Desk
    from settings import Settings

_BESIDE_A_FILE_MIB = 1


class Console(FastAPI):
    """FastAPI with the guard outside of everything, so that no answer leaves without its headers."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        files = GZipMiddleware(StaticFiles(directory=STATIC), minimum_size=1024)
        super().__init__(
            routes=[
                *(
                    Address(route.path, endpoint(desk, route), methods=[route.method], name=route.name)
                    for route in ROUTES
                ),
                Mount("/static", files, name="static"),
            ],
            lifespan=_closing(desk),
            exception_handlers=dict.fromkeys((404, 405), stray(desk)),
            openapi_url=None,
            redirect_slashes=False,
        )

    def build_middleware_stack(self) -> ASGIApp:
        """Return the application with the guard around it."""
        most = (self.desk.settings.upload_limit_mib + _BESIDE_A_FILE_MIB) * 2**20
        return Guard(super().build_middleware_stack(), most_bytes=most)


def create_app(settings: Settings, *, now: Callable[[], DateTime] = clock.now) -> FastAPI:
    """Return the console over the installation that the settings name. Raises `SetupError` when there is none."""
    return Console(open_desk(settings, now))


def _closing(desk: Desk) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        del app
        yield
        desk.close()

    return lifespan
