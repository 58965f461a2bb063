"""Asking for a link to choose a new password: the answer leaves first, so that its time tells nothing.

Whether the address has an account is looked up, and a link issued and mailed, once the answer has gone.
"""

from __future__ import annotations

import logging
from contextvars import Context

from flask import Flask, current_app, make_response, request
from flask.typing import ResponseReturnValue

from programme.accounts import invitations, management, queries, throttle
from programme.base.access import Actor
from programme.base.accounts import LinkPurpose
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.forms import HouseForm
from programme.base.refusals import Refused

log = logging.getLogger(__name__)
MOST = throttle.Limit("mail", near=3, anywhere=3, network=60, known=3)
"""Links that are mailed to one address within the window; of more, nobody is told, and the last one stays good."""
ANYONE = Actor(None, "", None, frozenset())


def ask(form: HouseForm, email: str) -> bool:
    """Count a link that is asked for, under keys of its own: it keeps nobody from signing in."""
    try:
        throttle.admit(throttle.LINK, email, request.remote_addr or "")
    except Refused as refusal:
        form.status = refusal.status
        form.refuse(refusal.message)
        return False
    return True


def sent_afterwards(answer: ResponseReturnValue, email: str) -> ResponseReturnValue:
    """`answer`, after which the link is issued and mailed where the address has an account."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    network, made = request.remote_addr or "", make_response(answer)
    made.call_on_close(lambda: Context().run(_send, app, email, network))
    return made


def _send(app: Flask, email: str, network: str) -> None:
    writing.set(True)
    with app.test_request_context(base_url=app.config["HOUSE"].base_url):
        try:
            send(email, network)
            db.session.commit()
        except Refused:
            log.info("no further link: enough were mailed to this address")
        except Exception:
            log.exception("a link that was asked for could not be sent")
            db.session.rollback()


def send(email: str, network: str) -> None:
    """Issue and mail a link where the address has an account. Raises `Refused` after too many."""
    throttle.admit(MOST, email, network)
    account = queries.account_by_email(email)
    if account is None or not account.is_active:
        return
    token = invitations.issue_link(ANYONE, account, LinkPurpose.RESET)
    address = management.link_address(token)
    invitations.send_link(management.post_office(), account, LinkPurpose.RESET, address)
