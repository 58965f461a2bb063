"""What waits in the cohorts: proposals to confirm, places to fill, data to complete, cohorts to close."""

from __future__ import annotations

from flask import url_for

from cohorts.enrolment.models import OVER
from cohorts.enrolment.queries import cohorts, places_offered, waiting
from programme.base import clock, todos
from programme.base.access import Actor, Permission, Role, Scope
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.states import Tone
from programme.base.todos import Todo
from regions.geography.queries import code_within

FEW = 3
"""More cohorts to close than this are one line with a count."""


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """For who writes enrolments, three lines a cohort at most; one for who closes it. Four statements at most."""
    return [*_to_close(actor, scope), *_to_fill(actor, scope)]


def _to_close(actor: Actor, scope: Scope) -> list[Todo]:
    """Cohorts whose period has passed: few one by one, more as one line."""
    if not actor.may(Permission.COHORT_WRITE):
        return []
    found = sorted(cohorts(scope, over_on=clock.today()), key=lambda one: (one.ends_on, one.code))
    if len(found) > FEW:
        text = ngettext("%(num)s cohorte échue à clore", "%(num)s cohortes échues à clore", len(found))
        href = url_for("cohorts.enrolment.index", state=OVER, region=code_within(scope))
        return [Todo(text, href, due_on=found[0].ends_on, count=len(found), kind="enrolment_over")]
    return [
        Todo(
            _("%(code)s : période échue, cohorte à clore", code=one.code),
            url_for("cohorts.enrolment.show", cohort_id=one.id),
            due_on=one.ends_on,
            kind="enrolment_over",
        )
        for one in found
    ]


def _to_fill(actor: Actor, scope: Scope) -> list[Todo]:
    if not actor.may(Permission.TRAINEE_WRITE):
        return []
    is_own = actor.role is Role.ASSOCIATION_REPRESENTATIVE
    found: list[Todo] = []
    offered = places_offered(scope)
    for cohort_id, code, nominated, persons, no_sex, no_id in waiting(scope):
        _code, places = offered.pop(cohort_id, (code, 0))
        found += _lines(cohort_id, code, 0 if is_own else nominated, places - persons, max(no_sex, no_id))
    for cohort_id, (code, places) in offered.items():  # seats for which nobody is named yet
        found += _lines(cohort_id, code, 0, places, 0)
    return found


def _lines(cohort_id: int, code: str, nominated: int, free: int, incomplete: int) -> list[Todo]:
    lines = []
    if nominated > 0:
        text = ngettext(
            "%(code)s : %(num)s proposition à confirmer",
            "%(code)s : %(num)s propositions à confirmer",
            nominated,
            code=code,
        )
        lines.append(_todo(cohort_id, text, nominated, "nominated"))
    if free > 0:
        text = ngettext("%(code)s : %(num)s place libre", "%(code)s : %(num)s places libres", free, code=code)
        lines.append(_todo(cohort_id, text, free, "missing"))
    if incomplete > 0:
        text = ngettext(
            "%(code)s : %(num)s fiche sans sexe ou sans numéro de CNIE",
            "%(code)s : %(num)s fiches sans sexe ou sans numéro de CNIE",
            incomplete,
            code=code,
        )
        lines.append(_todo(cohort_id, text, incomplete, "unstated"))
    return lines


def _todo(cohort_id: int, text: str, count: int, show: str) -> Todo:
    href = url_for("cohorts.enrolment.show", cohort_id=cohort_id, show=show)
    tone = Tone.BLUE if show == "nominated" else Tone.AMBER
    return Todo(text, href, tone=tone, count=count, kind=f"enrolment_{show}")


todos.register("cohorts.enrolment", find)
