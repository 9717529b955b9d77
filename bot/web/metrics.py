"""``/metrics``: the figures of the web app and of the database, and who of the three is up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from bot import tracing
from bot.ops import metrics
from bot.ops.access import may_read
from bot.ops.database import Database
from bot.web.health import OK, states
from bot.web.keys import DATABASE, SETTINGS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def figures(request: web.Request) -> web.Response:
    """Answer with all figures, to this machine and to who has the token."""
    if not may_read(request.remote, request.headers, request.app[SETTINGS].metrics_token):
        raise web.HTTPForbidden
    await request.app[DATABASE].measure()
    for name, state in (await states(request)).items():
        metrics.process_up.labels(name).set(state == OK)
    return web.Response(
        body=metrics.page(),
        headers={"Content-Type": metrics.CONTENT_TYPE, "Cache-Control": "no-store"},
    )


async def live(_: web.Request) -> web.Response:
    """Answer that this process is alive, whatever the others are."""
    return web.json_response({"status": OK}, headers={"Cache-Control": "no-store"})


async def ready(request: web.Request) -> web.Response:
    """Answer 200 if this process can do its work: it needs the database."""
    well = await request.app[DATABASE].answers()
    return web.json_response(
        {"database": OK if well else "down"},
        status=200 if well else 503,
        headers={"Cache-Control": "no-store"},
    )


@web.middleware
async def traced(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give a request its id, and count it."""
    request_id = tracing.begin(request.headers.get(tracing.HEADER))
    status = 500
    try:
        answer = await handler(request)
        status = answer.status
        if not answer.prepared:
            answer.headers[tracing.HEADER] = request_id
        return answer
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        metrics.web_requests.labels(f"{status // 100}xx").inc()


async def database(app: web.Application) -> AsyncIterator[None]:
    """Keep a connection for as long as the app runs."""
    app[DATABASE] = Database(app[SETTINGS].db_url)
    yield
    app[DATABASE].close()
