"""The life of an agreement: drafted, edited until its text is locked, moved (RULES P1, P2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from partnerships.agreements.checks import checks_for_force
from partnerships.agreements.models import (
    MOVES,
    Agreement,
    AgreementKind,
    AgreementState,
)
from partnerships.agreements.period import is_text_open
from partnerships.agreements.queries import agreement_by_reference, descendants
from programme.base import clock, journal
from programme.base.access import Actor, Permission, Scope, acting
from programme.base.cleaning import clean_text
from programme.base.extensions import db
from programme.base.folding import fold
from programme.base.language import format_date
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import all_hold, checked_move

TOLD = {
    "negotiate": _l("Négociation ouverte"),
    "redraft": _l("Retour au projet"),
    "approve": _l("Convention approuvée"),
    "renegotiate": _l("Négociation rouverte"),
    "sign": _l("Signatures constatées"),
    "enter_into_force": _l("Mise en vigueur"),
    "suspend": _l("Convention suspendue"),
    "resume": _l("Suspension levée"),
    "expire": _l("Échéance constatée"),
    "wind_up": _l("Clôture ouverte"),
    "close": _l("Convention close"),
    "cancel": _l("Convention abandonnée"),
    "terminate": _l("Convention résiliée"),
}
"""What each step of MOVES was once it is done: its button says what will be done."""
journal.declare(
    {
        "partnerships:agreement:draft": _l("Convention enregistrée"),
        "partnerships:agreement:edit": _l("Convention modifiée"),
        **{f"partnerships:agreement:{name}": TOLD[name] for name in MOVES},
    }
)
FIELDS = (
    "reference",
    "kind",
    "title_ar",
    "title_fr",
    "region_id",
    "parent_id",
    "starts_on",
    "ends_on",
)


@acting(Permission.AGREEMENT_WRITE)
def draft(
    actor: Actor,
    *,
    reference: str,
    kind: AgreementKind | str,
    title_ar: str,
    starts_on: dt.date,
    ends_on: dt.date,
    title_fr: str | None = None,
    region_id: int | None = None,
    parent: Agreement | None = None,
) -> Agreement:
    """A new agreement in draft. Refused: an end not after the start (P1), a reference already taken."""
    fields = {
        "reference": reference,
        "kind": kind,
        "title_ar": title_ar,
        "title_fr": title_fr,
        "region_id": region_id,
        "parent_id": parent.id if parent else None,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    made = Agreement(state=AgreementState.DRAFT, **_checked(fields, None))
    db.session.add(made)
    db.session.flush()
    journal.record(db.session, actor, "partnerships:agreement:draft", made, after=_values(made, FIELDS))
    return made


@acting(Permission.AGREEMENT_WRITE)
def edit(actor: Actor, agreement: Agreement, **fields: Any) -> Agreement:
    """Change any of `FIELDS`. Refused once a party signed (P2), naming the first field that would change."""
    before = _values(agreement, FIELDS)
    after = _checked({**before, **fields}, agreement)
    changed = [name for name in FIELDS if after[name] != before[name]]
    if not changed:
        return agreement
    refuse_locked(agreement, changed[0])
    for name, value in after.items():
        setattr(agreement, name, value)
    db.session.flush()
    journal.record(
        db.session,
        actor,
        "partnerships:agreement:edit",
        agreement,
        before=before,
        after=_values(agreement, FIELDS),
    )
    return agreement


def move(
    actor: Actor, agreement: Agreement, name: str, reason: str | None = None, *, on: dt.date | None = None
) -> Agreement:
    """Make the step `name` of MOVES (P1). `on` is the day a suspension or termination takes effect (today).

    Refused: a state or permission that forbids it, no reason where one is needed, and for signatures,
    force and approval the conditions that do not hold.
    """
    step = checked_move(MOVES, name, agreement.state, actor, reason)
    day = on or clock.today()
    _check_step(agreement, name, day)
    before = {"state": agreement.state, "ended_on": agreement.ended_on}
    if name == "terminate":
        # One that was suspended already stays without effect since then.
        agreement.ended_on = min(agreement.ended_on, day) if agreement.ended_on else day
    elif name == "suspend":
        # The last day of effect: what was done before the suspension stays carried.
        agreement.ended_on = day - dt.timedelta(days=1)
    elif name == "resume":
        agreement.ended_on = None
    agreement.state = step.target
    agreement.state_reason = clean_text(reason, 1000) or None
    db.session.flush()
    after = {"state": agreement.state, "ended_on": agreement.ended_on}
    event = f"partnerships:agreement:{name}"
    journal.record(
        db.session, actor, event, agreement, before=before, after=after, reason=agreement.state_reason
    )
    return agreement


def refuse_signed(agreement: Agreement, field: str | None = None) -> None:
    """Refuse what a text that a party accepted no longer allows (P2)."""
    if agreement.text_sha256 is not None:
        raise Refused(
            _("Le texte est verrouillé depuis la première signature : un avenant est nécessaire."),
            field,
            code="P2",
        )


def refuse_locked(agreement: Agreement, field: str | None = None) -> None:
    """Refuse a change of the text: as it was approved, locked once a party accepted it, closed at last (P2)."""
    if is_text_open(agreement):
        return
    refuse_signed(agreement, field)
    if agreement.state is AgreementState.APPROVED:
        raise Refused(
            _("Le texte est approuvé : rouvrez la négociation pour le modifier."), field, code="approved"
        )
    raise Refused(
        _(
            "La convention est dans l'état « %(state)s » : elle ne change plus.",
            state=agreement.state.label,
        ),
        field,
        code="state",
    )


def _check_step(agreement: Agreement, name: str, day: dt.date) -> None:
    checks = checks_for_force(agreement)
    if name == "approve":
        all_hold([check for check in checks if check.name in {"parties", "period"}])
    elif name == "renegotiate":
        refuse_signed(agreement)
    elif name in {"sign", "enter_into_force"}:
        all_hold(checks)
    elif name == "expire" and agreement.ends_on >= clock.today():
        raise Refused(
            _("La convention court jusqu'au %(date)s.", date=format_date(agreement.ends_on)),
            "state",
            code="P1",
        )
    elif name in {"suspend", "terminate"} and day > clock.today():
        raise Refused(_("La date d'effet est à venir."), "on", code="future")


def _checked(fields: Mapping[str, Any], agreement: Agreement | None) -> dict[str, Any]:
    """The columns that `fields` give, clean; `Refused` at the first that cannot be."""
    reference = clean_text(fields["reference"], 60)
    title_ar, title_fr = clean_text(fields["title_ar"], 400), clean_text(fields["title_fr"], 400) or None
    if not reference:
        raise Refused(_("Indiquez la référence."), "reference", code="reference")
    if not title_ar:
        raise Refused(_("Indiquez l'intitulé en arabe."), "title_ar", code="title")
    if fields["ends_on"] <= fields["starts_on"]:
        raise Refused(_("La fin doit être après le début."), "ends_on", code="P1")
    with db.session.no_autoflush:
        known = agreement_by_reference(Scope.country(), reference)
        if known is not None and known is not agreement:
            raise Refused(_("Cette référence est déjà prise."), "reference", code="duplicate")
        if agreement is not None and fields["parent_id"] in {agreement.id, *descendants(agreement.id)}:
            raise Refused(_("Une convention ne peut dépendre d'elle-même."), "parent", code="parent")
    return {
        **{name: fields[name] for name in ("region_id", "parent_id", "starts_on", "ends_on")},
        "kind": AgreementKind(fields["kind"]),
        "reference": reference,
        "title_ar": title_ar,
        "title_fr": title_fr,
        "search_key": fold(f"{reference} {title_ar} {title_fr or ''}")[:900],
    }


def _values(agreement: Agreement, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(agreement, name) for name in names}
