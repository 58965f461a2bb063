"""How somebody learns that their export is ready: a mail where it took long, and something to do."""

from __future__ import annotations

from flask import current_app

from programme.base import mail, todos
from programme.base.access import Actor, Scope
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.states import Tone
from programme.base.todos import Todo
from programme.exports import queries
from reports.catalogue import REPORTS

LONG = 60.0
"""Seconds after which whoever asked has left the page."""


def tell_of(export_id: int, seconds: float) -> None:
    """Mail the owner, in the transaction that says that it is ready, where it took longer than `LONG`."""
    export = queries.get(export_id)
    if export is None or seconds < LONG:
        return
    house = current_app.config["HOUSE"]
    title = str(REPORTS[export.report].title)
    body = _(
        "Votre export « %(title)s » est prêt. Téléchargez-le dans les 24 heures :\n\n%(href)s\n",
        title=title,
        href=f"{house.base_url}/exports",
    )
    post = mail.Post(house.smtp_url, house.mail_from, house.outbox)
    mail.queue(db.session, post, export.account.email, _("Votre export est prêt"), body)


def ready(actor: Actor, _scope: Scope) -> list[Todo]:
    """Files that wait to be fetched."""
    count = queries.unfetched(actor.account_id) if actor.account_id is not None else 0
    if not count:
        return []
    text = ngettext("%(num)s export prêt à télécharger", "%(num)s exports prêts à télécharger", count)
    return [Todo(text, "/exports", tone=Tone.GREEN, count=count, kind="exports")]


todos.register("programme.exports", ready, is_fleeting=True)
