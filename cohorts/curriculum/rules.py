"""Adding and editing modules."""

from __future__ import annotations

from typing import Any

from cohorts.curriculum import queries
from cohorts.curriculum.models import Module
from programme.base import fixed, journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

EDITABLE = ("title_ar", "title_fr", "minutes")
LONGEST = 60 * 1000

journal.declare(
    {
        "curriculum:module:add": _l("Module ajouté"),
        "curriculum:module:edit": _l("Module modifié"),
    },
    {
        "code": _l("Code"),
        "title_ar": _l("Intitulé en arabe"),
        "title_fr": _l("Intitulé en français"),
        "minutes": _l("Minutes"),
    },
)


@acting(Permission.COHORT_WRITE)
def add_module(actor: Actor, *, code: str, title_ar: str, title_fr: str | None, minutes: int) -> Module:
    """Add a module of `minutes`; refused where the code is taken or the length is not above zero. Flushes."""
    code = (code or "").strip()
    if not code:
        raise Refused(_("Indiquez le code du module."), "code", code="required")
    if queries.module_by_code(code) is not None:
        raise Refused(_("Ce code de module existe déjà."), "code", code="unique")
    _check(title_ar, minutes)
    module = Module(code=code, title_ar=title_ar.strip(), title_fr=title_fr or None, minutes=minutes)
    db.session.add(module)
    db.session.flush()
    after = {"code": code, "title_ar": title_ar, "title_fr": title_fr, "minutes": minutes}
    journal.record(db.session, actor, "curriculum:module:add", module, after=after)
    return module


@acting(Permission.COHORT_WRITE)
def edit_module(actor: Actor, module: Module, **fields: Any) -> dict[str, tuple[Any, Any]]:
    """Change titles or minutes; answers {field: (before, after)} of what differs.

    A module's minutes count in every curriculum that holds it (RULES C4): they are refused once a session
    of the module was validated, for completions that were published would move (RULES D4).
    """
    wanted = {name: fields[name] for name in EDITABLE if name in fields}
    _check(wanted.get("title_ar", module.title_ar), wanted.get("minutes", module.minutes))
    changed = {
        name: (getattr(module, name), value)
        for name, value in wanted.items()
        if getattr(module, name) != value
    }
    if not changed:
        return {}
    if "minutes" in changed and fixed.is_taught(module_id=module.id):
        sentence = _("Des séances de ce module sont validées : sa durée ne change plus.")
        raise Refused(sentence, "minutes", code="D4")
    for name, (_before, after) in changed.items():
        setattr(module, name, after)
    db.session.flush()
    before = {name: pair[0] for name, pair in changed.items()}
    after_all = {name: pair[1] for name, pair in changed.items()}
    journal.record(db.session, actor, "curriculum:module:edit", module, before=before, after=after_all)
    return changed


def _check(title_ar: str | None, minutes: int | None) -> None:
    if not (title_ar or "").strip():
        raise Refused(_("Indiquez l'intitulé en arabe."), "title_ar", code="required")
    if not minutes or not 0 < minutes <= LONGEST:
        raise Refused(_("La durée doit être supérieure à zéro."), "minutes", code="minutes")
