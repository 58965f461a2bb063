"""Trainers: found by e-mail, else by folded name, added where nobody fits."""

from __future__ import annotations

from email.utils import parseaddr

from cohorts.sessions.models import Trainer
from cohorts.sessions.queries.records import name_of_account, trainer_by_email, trainers_by_name_key
from programme.base import journal
from programme.base.access import Actor, Permission, acting
from programme.base.cleaning import clean_email, clean_text
from programme.base.extensions import db
from programme.base.folding import person_key
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

journal.declare({"sessions:trainer:add": _l("Formateur ajouté")})


@acting(Permission.SESSION_WRITE)
def find_or_add_trainer(actor: Actor, text: str) -> Trainer:
    """The trainer that an e-mail, a name or `Name <e-mail>` tells, added where unknown. Flushes.

    With an e-mail alone the trainer is called as the account of that address is, else by what stands before
    the @. Refused (field `trainer`) for a text that holds neither, or a name that two trainers share.
    """
    text = clean_text(text, 200)
    if "@" in text:
        name, written = parseaddr(text)
        address = clean_email(written)
        if address.value is None or address.flag is not None:
            raise Refused(_("Indiquez le courriel ou le nom du formateur."), "trainer", code="trainer")
        called = name or name_of_account(address.value) or address.value.partition("@")[0]
        return trainer_by_email(address.value) or _add(actor, called, address.value)
    key = person_key(text)
    if not key:
        raise Refused(_("Indiquez le courriel ou le nom du formateur."), "trainer", code="trainer")
    found = trainers_by_name_key(key)
    if len(found) > 1:
        raise Refused(_("Deux formateurs portent ce nom : indiquez le courriel."), "trainer", code="trainer")
    return found[0] if found else _add(actor, text, None)


def _add(actor: Actor, name: str, email: str | None) -> Trainer:
    trainer = Trainer(name=name, name_key=person_key(name)[:300], email=email)
    db.session.add(trainer)
    db.session.flush()
    after = {"name": name, "email": email}
    journal.record(db.session, actor, "sessions:trainer:add", trainer, after=after, hidden=("name", "email"))
    return trainer
