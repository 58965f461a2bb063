"""The life of a transfer activity: entered, declared (submitted), validated by another person (RULES C6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cohorts.enrolment.queries import is_trained, is_trainee_of
from cohorts.transfer import queries
from cohorts.transfer.models import MOVES, TransferActivity, TransferState, TransferStep
from cohorts.transfer.rules.participants import Participant, add_participants, check_open
from programme.base import clock, journal
from programme.base.access import Actor, Permission, Role, Scope, acting
from programme.base.extensions import db
from programme.base.holding import hold_name
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import checked_move
from regions.associations.models import Association
from regions.geography.models import Region

EDITABLE = ("title_ar", "title_fr", "venue", "commune_id", "module_id", "trainer_id", "head_count")
ENTRY = (
    "transfer:activity:declare",
    "transfer:activity:edit",
    "transfer:activity:submit",
    "transfer:participant:add",
    "transfer:participant:remove",
    "transfer:participant:edit",
)
"""Events of whoever entered an activity: none of them may validate it.

The first is the entry of a draft; its name stands in journals that are sealed.
"""

journal.declare(
    {
        "transfer:activity:declare": _l("Transfert saisi"),
        "transfer:activity:edit": _l("Transfert modifié"),
        "transfer:activity:submit": _l("Transfert déclaré"),
        "transfer:activity:validate": _l("Transfert validé"),
        "transfer:activity:return": _l("Transfert renvoyé"),
        "transfer:activity:refuse": _l("Transfert refusé"),
        "transfer:activity:reopen": _l("Transfert rouvert"),
    },
    {
        "venue": _l("Lieu"),
        "module_id": _l("Module"),
        "commune_id": _l("Commune"),
        "trainer_id": _l("Formateur"),
        "head_count": _l("Présents non nommés"),
        "code": _l("Code"),
        "host": _l("Association hôte"),
    },
)


@acting(Permission.TRANSFER_DECLARE)
def enter(
    actor: Actor,
    *,
    host: Association,
    code: str | None = None,
    participants: Iterable[Participant] = (),
    scope: Scope | None = None,
    allow_untrained: bool = False,
    **fields: Any,
) -> TransferActivity:
    """Open the sheet of an activity that `host` gave, as a draft. Flushes.

    `fields` are those of `EDITABLE`; without a code one is made. Refused: a code that is taken, a host without
    a seat in a cohort (unless `allow_untrained`), a trainer who is not of the host's trainees, a host
    outside `scope` (a representative: another association than the own ones).
    """
    _check_host(actor, host, scope)
    if not (allow_untrained or is_trained(host.id)):
        message = _("« %(name)s » n'a de siège dans aucune cohorte.", name=host.name)
        raise Refused(message, "host", code="transfer-host")
    region = db.session.get_one(Region, host.region_id)
    hold_name(db.session, f"codes of transfers in {region.code}")
    code = (code or "").strip() or queries.next_code(region.code)
    if queries.by_code(code) is not None:
        raise Refused(_("Ce code est déjà celui d'une autre activité."), "code", code="unique")
    values = _checked(host, fields)
    activity = TransferActivity(
        code=code,
        host_id=host.id,
        region_id=host.region_id,
        state=TransferState.DRAFT,
        entered_by_id=actor.account_id,
        participations=[],
        **values,
    )
    db.session.add(activity)
    db.session.flush()
    after = {"code": code, "host": host.name_ar, **values}
    journal.record(db.session, actor, "transfer:activity:declare", activity, after=after)
    add_participants(actor, activity, participants, scope)
    return activity


@acting(Permission.TRANSFER_DECLARE)
def edit(actor: Actor, activity: TransferActivity, **fields: Any) -> dict[str, tuple[Any, Any]]:
    """Change what is said of an open activity; answers {field: (before, after)} of what differs."""
    differing = {k: v for k, v in fields.items() if k not in EDITABLE or getattr(activity, k) != v}
    values = _checked(activity.host, differing)
    if not values:
        return {}
    check_open(activity)
    changed = {k: (getattr(activity, k), v) for k, v in values.items()}
    for name, (_before, after) in changed.items():
        setattr(activity, name, after)
    db.session.flush()
    journal.record(
        db.session,
        actor,
        "transfer:activity:edit",
        activity,
        before={k: pair[0] for k, pair in changed.items()},
        after={k: pair[1] for k, pair in changed.items()},
    )
    return changed


def submit(actor: Actor, activity: TransferActivity) -> None:
    """Declare the activity: it waits for validation. Refused without a participant. Flushes."""
    target = checked_move(MOVES, "submit", activity.state, actor).target
    if not activity.participations:
        raise Refused(
            _("La feuille ne nomme encore aucun participant."), "participants", code="transfer-empty"
        )
    activity.submitted_by_id, activity.submitted_at = actor.account_id, clock.now()
    _take(actor, activity, "submit", target)


def validate(actor: Actor, activity: TransferActivity) -> None:
    """Validate a declared activity: its hours count from now on, its sheet is closed. Flushes.

    RULES C6: refused to whoever entered or declared it, and without an account, who cannot be told from them.
    """
    target = checked_move(MOVES, "validate", activity.state, actor).target
    if not is_stranger(actor, activity):
        message = _(
            "Qui saisit, modifie ou déclare une feuille ne la valide pas : une autre personne doit le faire."
        )
        raise Refused(message, "state", code="C6")
    activity.validated_by_id, activity.validated_at = actor.account_id, clock.now()
    _take(actor, activity, "validate", target)


def is_stranger(actor: Actor, activity: TransferActivity) -> bool:
    """Whether the actor has an account and neither entered, changed nor declared anything of it (RULES C6)."""
    mine = {None, activity.entered_by_id, activity.submitted_by_id}
    return actor.account_id not in mine and not queries.entered_by(activity, actor, ENTRY)


def return_(actor: Actor, activity: TransferActivity, reason: str) -> None:
    """Send a declared activity back with a comment. Flushes."""
    _take_explained(actor, activity, "return", reason)


def refuse(actor: Actor, activity: TransferActivity, reason: str) -> None:
    """Refuse a declared activity for good, with the reason. Flushes."""
    _take_explained(actor, activity, "refuse", reason)


def reopen(actor: Actor, activity: TransferActivity, reason: str) -> None:
    """Take a validation back with the reason: its hours no longer count until it is validated again. Flushes.

    What was known of it on the days between stays as it was (RULES D4): the steps and former lines tell.
    """
    _take_explained(actor, activity, "reopen", reason)
    activity.validated_by_id = activity.validated_at = None
    db.session.flush()


def move(actor: Actor, activity: TransferActivity, name: str, reason: str | None = None) -> None:
    """Make the step called `name` of MOVES; refused as the verb of that name."""
    if name == "submit":
        submit(actor, activity)
    elif name == "validate":
        validate(actor, activity)
    else:
        {"return": return_, "refuse": refuse, "reopen": reopen}[name](actor, activity, reason or "")


def _take_explained(actor: Actor, activity: TransferActivity, name: str, reason: str) -> None:
    """A step that needs its reason; refused without."""
    target = checked_move(MOVES, name, activity.state, actor, reason).target
    _take(actor, activity, name, target, reason.strip()[:1000])


def _take(
    actor: Actor, activity: TransferActivity, name: str, target: TransferState, reason: str | None = None
) -> None:
    """Write the new state, the step that figures known on a later day read, and the journal's entry. Flushes."""
    before = activity.state
    activity.state, activity.state_reason = target, reason
    step = TransferStep(activity_id=activity.id, state=target, at=clock.now(), by_id=actor.account_id)
    db.session.add(step)
    db.session.flush()
    journal.record(
        db.session,
        actor,
        f"transfer:activity:{name}",
        activity,
        before={"state": before},
        after={"state": target},
        reason=reason,
    )


def _check_host(actor: Actor, host: Association, scope: Scope | None) -> None:
    is_own = scope is not None and host.id in scope.associations
    if actor.role is Role.ASSOCIATION_REPRESENTATIVE and not is_own:
        message = _("Vous ne déclarez que les transferts de votre association.")
        raise Refused(message, "host", code="permission", status=403)
    if scope is not None and not queries.covers(scope, host):
        raise Refused(_("Cette association est hors de votre périmètre."), "host", code="scope")


def _checked(host: Association, fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in EDITABLE if name in fields}
    if unknown := fields.keys() - values.keys():
        raise TypeError(f"unknown fields {sorted(unknown)}")
    trainer_id = values.get("trainer_id")
    if trainer_id is not None and not is_trainee_of(trainer_id, host.id):
        message = _("Ce formateur n'est pas un bénéficiaire de l'association hôte.")
        raise Refused(message, "trainer_id", code="transfer-trainer")
    count = values.get("head_count")
    if count is not None and not 0 <= count <= 10_000:
        raise Refused(_("Ce nombre est impossible."), "head_count", code="head_count")
    return values
