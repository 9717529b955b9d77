"""Every address of the web app, on one page."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.web import health, metrics, pages

STATIC = Path(__file__).parent / "static"


def add_routes(app: web.Application) -> None:
    """Add them."""
    app.router.add_get("/", pages.home, name="home")
    app.router.add_get("/health", health.health, name="health")
    app.router.add_get("/live", metrics.live, name="live")
    app.router.add_get("/ready", metrics.ready, name="ready")
    app.router.add_get("/metrics", metrics.figures, name="metrics")
    app.router.add_static("/static", STATIC, name="static")
