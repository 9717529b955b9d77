"""Every address of the console with the least role it takes, on one page.

Tests walk this table: an address without its role, or a role that isn't checked, fails them.
"""

from __future__ import annotations

from aiohttp import web

from bot.web.console import (
    account,
    admin,
    conversation,
    exports,
    inbox,
    insight,
    review,
    sign_in,
    takeover,
    training,
)
from bot.web.console.guard import Route

READER, AGENT, ADMIN = "reader", "agent", "admin"
ONE = "/c/{ref:[0-9a-f]{1,16}}"

ROUTES = (
    Route("GET", "/sign-in", sign_in.form, None),
    Route("POST", "/sign-in", sign_in.sign_in, None),
    Route("GET", "/set-up/{token}", sign_in.set_up_form, None),
    Route("POST", "/set-up/{token}", sign_in.set_up, None),
    Route("POST", "/sign-out", sign_in.sign_out, READER),
    Route("GET", "/me", account.show, READER),
    Route("POST", "/me/name", account.rename, READER),
    Route("POST", "/me/passphrase", account.change_passphrase, READER),
    Route("POST", "/me/second-factor", account.begin_second_factor, READER),
    Route("GET", "/me/second-factor.svg", account.picture, READER),
    Route("POST", "/me/second-factor/confirm", account.confirm_second_factor, READER),
    Route("POST", "/me/second-factor/drop", account.drop_second_factor, READER),
    Route("POST", "/cover", account.cover, READER),
    Route("GET", "/", inbox.show, READER),
    Route("GET", "/live", inbox.live, READER),
    Route("GET", ONE, conversation.show, READER),
    Route("GET", ONE + "/print", conversation.print_view, AGENT),
    Route("GET", ONE + "/export/{form}", exports.conversation, AGENT),
    Route("POST", ONE + "/take", takeover.take, AGENT),
    Route("POST", ONE + "/reply", takeover.reply, AGENT),
    Route("POST", ONE + "/drop-reply", takeover.drop, AGENT),
    Route("POST", ONE + "/typing", takeover.typing, AGENT),
    Route("POST", ONE + "/hand-back", takeover.hand_back, AGENT),
    Route("POST", ONE + "/reviewed", review.reviewed, AGENT),
    Route("POST", ONE + "/assign", review.assign, AGENT),
    Route("POST", ONE + "/note", review.note, AGENT),
    Route("POST", ONE + "/tag", review.tag, AGENT),
    Route("POST", ONE + "/correct", training.correct, AGENT),
    Route("POST", ONE + "/hold", review.hold, ADMIN),
    Route("POST", ONE + "/erase", review.erase_one, ADMIN),
    Route("GET", "/missed", training.missed, AGENT),
    Route("POST", "/missed", training.settle, AGENT),
    Route("GET", "/training", training.show, AGENT),
    Route("POST", "/training", training.decide, ADMIN),
    Route("GET", "/training/export", training.export, ADMIN),
    Route("POST", "/jobs/{kind}", training.begin, ADMIN),
    Route("GET", "/insight", insight.show, READER),
    Route("GET", "/insight.csv", insight.export, READER),
    Route("GET", "/users", admin.people, ADMIN),
    Route("POST", "/users", admin.add_person, ADMIN),
    Route("POST", "/users/change", admin.change_person, ADMIN),
    Route("GET", "/privacy", admin.privacy, ADMIN),
    Route("POST", "/privacy/purge", admin.purge, ADMIN),
    Route("GET", "/privacy/proof.csv", admin.export_proof, ADMIN),
    Route("GET", "/audit", admin.audit_page, ADMIN),
    Route("GET", "/audit.csv", admin.export_audit, ADMIN),
    Route("GET", "/content", admin.content, ADMIN),
    Route("GET", "/replies", admin.canned, ADMIN),
    Route("POST", "/replies", admin.change_canned, ADMIN),
)


def add_routes(app: web.Application) -> None:
    """Add them."""
    for route in ROUTES:
        # aiohttp wants a coroutine function, and a callable value isn't one.
        app.router.add_route(route.method, route.path, route.__call__)
