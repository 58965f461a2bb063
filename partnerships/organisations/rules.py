"""Verbs of organisations: registered once, found again by any of their names."""

from __future__ import annotations

from typing import Any

from partnerships.organisations.models import Organisation, OrganisationKind
from partnerships.organisations.queries import acronym_in, organisation_by_name, without_brackets
from programme.base import journal
from programme.base.access import Actor, Permission, acting
from programme.base.cleaning import clean_text
from programme.base.extensions import db
from programme.base.folding import fold
from programme.base.holding import hold_name
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

NAMES = "names of organisations"
"""Held while a name is looked for and given: two who add one organisation at once make one."""

journal.declare(
    {
        "partnerships:organisation:register": _l("Organisme enregistré"),
        "partnerships:organisation:edit": _l("Organisme modifié"),
    }
)
FIELDS = ("kind", "name_ar", "name_fr", "acronym", "region_id")
# Folded words that tell the kind, asked in this order: a wilaya's name may hold «مجلس», never the reverse.
_TELLING = (
    (OrganisationKind.MINISTRY, ("وزاره", "الوزاره", "ministere", "ministry")),
    (
        OrganisationKind.REGIONAL_COUNCIL,
        ("مجلس جهه", "مجلس الجهه", "conseil regional", "conseil de la region"),
    ),
    (OrganisationKind.WILAYA, ("ولايه", "wilaya", "wali", "والي")),
    (OrganisationKind.FOUNDATION, ("موسسه", "fondation", "foundation", "stiftung")),
)


def guess_kind(name: str) -> OrganisationKind:
    """The kind that a name tells by its words; an association bearing the project where none does."""
    folded = f" {fold(name)} "
    for kind, words in _TELLING:
        if any(f" {word} " in folded for word in words):
            return kind
    # «Konrad-Adenauer-Stiftung» folds to separate words, «…stiftung» written in one does not.
    return OrganisationKind.FOUNDATION if "stiftung" in folded else OrganisationKind.ASSOCIATION


@acting(Permission.AGREEMENT_WRITE)
def register_organisation(
    actor: Actor,
    *,
    name_ar: str,
    name_fr: str | None = None,
    kind: OrganisationKind | str | None = None,
    acronym: str | None = None,
    region_id: int | None = None,
) -> Organisation:
    """A new organisation; refused (field `name_ar` or `acronym`) where one answers to that name already."""
    made = Organisation(
        kind=OrganisationKind(kind) if kind else guess_kind(f"{name_ar} {name_fr or ''}"), region_id=region_id
    )
    _name(made, name_ar, name_fr, acronym)
    _refuse_known(made)
    db.session.add(made)
    db.session.flush()
    journal.record(db.session, actor, "partnerships:organisation:register", made, after=_values(made))
    return made


@acting(Permission.AGREEMENT_WRITE)
def edit_organisation(actor: Actor, organisation: Organisation, **fields: Any) -> Organisation:
    """Change any of `FIELDS`; a name that another organisation answers to is refused."""
    before = _values(organisation)
    wanted = {**before, **fields}
    candidate = Organisation(id=organisation.id)
    _name(candidate, wanted["name_ar"], wanted["name_fr"], wanted["acronym"])
    _refuse_known(candidate)
    _name(organisation, wanted["name_ar"], wanted["name_fr"], wanted["acronym"])
    organisation.kind = OrganisationKind(wanted["kind"])
    organisation.region_id = wanted["region_id"]
    db.session.flush()
    after = _values(organisation)
    if after != before:
        journal.record(
            db.session, actor, "partnerships:organisation:edit", organisation, before=before, after=after
        )
    return organisation


@acting(Permission.AGREEMENT_WRITE)
def find_or_make(
    actor: Actor,
    *,
    name: str,
    kind: OrganisationKind | str | None = None,
    region_id: int | None = None,
    **fields: Any,
) -> tuple[Organisation, bool]:
    """The organisation called `name` (either language, acronym, or both as «… (AMSED)»), made where unknown.

    True beside it when it was made; its kind is then guessed from its words unless `kind` is given.
    """
    hold_name(db.session, NAMES)
    known = organisation_by_name(name)
    if known is not None:
        return known, False
    plain = clean_text(without_brackets(name), 300)
    is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in plain)
    fields.setdefault("acronym", acronym_in(name))
    fields.setdefault("name_ar", plain)
    fields.setdefault("name_fr", None if is_arabic else plain)
    return register_organisation(actor, kind=kind or guess_kind(name), region_id=region_id, **fields), True


def _name(organisation: Organisation, name_ar: str, name_fr: str | None, acronym: str | None) -> None:
    arabic = clean_text(name_ar, 300)
    if not fold(arabic):
        raise Refused(_("Indiquez le nom de l'organisme."), "name_ar", code="name")
    french = clean_text(name_fr, 300) or None
    organisation.name_ar, organisation.name_fr = arabic, french
    organisation.acronym = clean_text(acronym, 40) or None
    organisation.key_ar = fold(arabic)[:300]
    organisation.key_fr = fold(french)[:300] or None if french else None


def _refuse_known(candidate: Organisation) -> None:
    hold_name(db.session, NAMES)
    names = {
        "name_ar": candidate.name_ar,
        "name_fr": candidate.name_fr,
        "acronym": candidate.acronym,
    }
    with db.session.no_autoflush:
        for field, name in names.items():
            known = organisation_by_name(name) if name else None
            if known is not None and known.id != candidate.id:
                raise Refused(
                    _("« %(name)s » est déjà enregistré.", name=str(known.name)), field, code="duplicate"
                )


def _values(organisation: Organisation) -> dict[str, Any]:
    return {field: getattr(organisation, field) for field in FIELDS}
