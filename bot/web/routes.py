"""Every address of the web app, on one page."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.web import health, metrics, pages, papers, widget

STATIC = Path(__file__).parent / "static"


def add_routes(app: web.Application) -> None:
    """Add them."""
    app.router.add_get("/", pages.home, name="home")
    app.router.add_get("/embed", widget.embed, name="embed")
    app.router.add_get("/widget.js", widget.latest, name="widget")
    app.router.add_get(r"/widget.{digest:[0-9a-f]{8,64}}.js", widget.versioned)
    app.router.add_get("/health", health.health, name="health")
    app.router.add_get("/papers/{key}", papers.page, name="paper")
    app.router.add_get("/papers/{key}/papers.pdf", papers.pdf, name="paper-pdf")
    app.router.add_get("/papers/{key}/large.pdf", papers.pdf_large, name="paper-large")
    app.router.add_get("/papers/{key}/dates.ics", papers.calendar, name="paper-dates")
    app.router.add_get("/console", pages.to_console, name="console")
    app.router.add_get("/live", metrics.live, name="live")
    app.router.add_get("/ready", metrics.ready, name="ready")
    app.router.add_get("/metrics", metrics.figures, name="metrics")
    app.router.add_static("/static", STATIC, name="static")
