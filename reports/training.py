"""Reports on training: one cohort's roster, sessions, one session's attendance sheet."""

from __future__ import annotations

from typing import Any

from cohorts.enrolment import queries as enrolment
from cohorts.enrolment.models import EnrolmentState
from cohorts.reached import queries as reached
from cohorts.sessions.models import EARNING, Session, SessionState
from programme.base import hours
from programme.base.access import Permission, Scope
from programme.base.cleaning import format_phone
from programme.base.language import Bilingual, format_period
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from reports import queries
from reports.definition import Choice, Column, Document, Figure, Kind, Query, Report, Row, Section
from reports.frame import dated, defined, document, moment_of, narrowed, silent

UNSTATED = _l("Non précisé")


def _name(ar: str | None, fr: str | None) -> Bilingual | None:
    return Bilingual(ar, fr) if ar or fr else None


_HOURS = _l("Durée des demi-journées validées où la personne est présente ou en retard.")
_SHARE = _l("Heures suivies rapportées aux heures du programme de la cohorte.")
_EARNED = _l("Durée des demi-journées de la session où la personne est présente ou en retard.")
_PRESENT = _l(
    "Marques « présent » ou « en retard » portées sur la feuille, une par personne et demi-journée."
)

COHORT_COLUMNS = (
    Column("association", _l("Association"), Kind.NAME, 3),
    Column("trainee", _l("Bénéficiaire"), Kind.NAME, 2.2),
    Column("sex", _l("Sexe"), Kind.TEXT, 0.8),
    Column("phone", _l("Téléphone"), Kind.PHONE, 1.4),
    Column("state", _l("État"), Kind.STATE, 1),
    Column("hours", _l("Heures suivies"), Kind.HOURS, 0.9, True, _HOURS),
    Column("share", _l("Part du programme"), Kind.PERCENT, 0.9, False, _SHARE),
    Column("completed", _l("Formé le"), Kind.DATE, 1),
)


def _cohort(scope: Scope, query: Query) -> Document:
    cohort = enrolment.cohort_by_code(scope, query.cohort or "")
    if cohort is None:
        raise Refused(_("Cohorte inconnue : %(code)s.", code=query.cohort or ""), "cohort", status=404)
    moment = moment_of(query)
    minutes = hours.minutes_by_enrolment([cohort.id], moment)
    curriculum = enrolment.curriculum_minutes([cohort.id]).get(cohort.id, 0)
    completed = {
        one.enrolment_id: one.completed_on
        for one in reached.completions(Scope.country(), moment, cohort.region_id)
        if one.cohort_id == cohort.id
    }
    rows = [
        (
            association.name,
            person.name,
            str(person.sex.label if person.sex else UNSTATED),
            format_phone(person.phone) if person.phone else None,
            one.state,
            minutes.get(one.id, 0),
            minutes.get(one.id, 0) / curriculum if curriculum else None,
            completed.get(one.id),
        )
        for one, person, association in queries.roster_rows(scope, cohort)
    ]
    named = (_("Cohorte"), f"{cohort.code} · {cohort.name}"), (_("Région"), str(cohort.region.name))
    facts = (*named, (_("Convention"), cohort.agreement or "—"), *dated(COHORT, query))
    confirmed = sum(row[4] is EnrolmentState.CONFIRMED for row in rows)
    figures = (
        Figure(_("Bénéficiaires confirmés"), confirmed, cohort.seats_target * cohort.places),
        Figure(_("Bénéficiaires formés"), len(completed), definition=defined("trainees_completed")),
        Figure(_("Heures du programme"), curriculum, kind=Kind.HOURS),
    )
    section = Section(_("Liste de la cohorte"), COHORT_COLUMNS, rows, empty=_("Aucun bénéficiaire inscrit."))
    title = _("Cohorte %(code)s", code=cohort.code)
    return document(
        scope, COHORT, query, (section,), title=title, facts=facts, figures=figures, landscape=True
    )


SESSION_COLUMNS = (
    Column("code", _l("Code"), Kind.CODE, 1.2),
    Column("title", _l("Intitulé"), Kind.NAME, 3),
    Column("kind", _l("Type"), Kind.TEXT, 1.3),
    Column("region", _l("Région"), Kind.NAME, 1.5),
    Column("cohort", _l("Cohorte"), Kind.CODE, 1.2),
    Column("first_on", _l("Du"), Kind.DATE, 1),
    Column("last_on", _l("Au"), Kind.DATE, 1),
    Column("sittings", _l("Demi-journées"), Kind.INTEGER, 0.8, True),
    Column("hours", _l("Heures"), Kind.HOURS, 0.8, True),
    Column("present", _l("Présences (demi-journées)"), Kind.INTEGER, 1, True, _PRESENT),
    Column("state", _l("État"), Kind.STATE, 1),
)


def _sessions(scope: Scope, query: Query) -> Document:
    held = query.values.get(Choice.HELD.value)
    only = set(queries.held_codes(narrowed(scope, query), moment_of(query))) if held else None
    present = queries.present_by_session(scope, query.region)
    rows: list[Row] = []
    for row in queries.session_rows(scope, query.region, query.as_at):
        code, title_ar, title_fr, kind, state, region_ar, region_fr, cohort, first, last, minutes, count = row
        if only is None or code in only:
            rows.append(
                (
                    code,
                    _name(title_ar, title_fr) or kind.label,
                    str(kind.label),
                    Bilingual(region_ar, region_fr),
                    cohort,
                    first,
                    last,
                    count,
                    int(minutes or 0),
                    present.get(code, 0),
                    state,
                )
            )
    title = _("Sessions tenues") if held else str(SESSIONS.title)
    empty = _("Aucune session à cette date.")
    totals, note = _held(rows)
    section = Section(
        title, SESSION_COLUMNS, rows, note=note, empty=empty, totals=totals, silent=silent(query)
    )
    figures = (Figure(title, len(rows), definition=defined("sessions_held") if held else ""),)
    return document(scope, SESSIONS, query, (section,), title=title, figures=figures, landscape=True)


def _held(rows: list[Row]) -> tuple[Row | None, str]:
    """The totals of what was held, and the words that say so, where some rows were not."""
    counted = [row for row in rows if row[-1] not in (SessionState.PLANNED, SessionState.CANCELLED)]
    if len(counted) == len(rows):
        return None, ""
    totals = [
        sum(row[at] for row in counted) if column.total else None for at, column in enumerate(SESSION_COLUMNS)
    ]
    return totals, _("Les totaux ne comptent ni les sessions prévues ni les sessions annulées.")


def _attendance(scope: Scope, query: Query) -> Document:
    session = queries.session_called(scope, query.session or "")
    if session is None:
        raise Refused(_("Session inconnue : %(code)s.", code=query.session or ""), "session", status=404)
    sittings = queries.sittings_of(session)
    marks = queries.marks_of(session)
    to_sign = not marks and session.state is not SessionState.CANCELLED
    rows = [
        _attendance_row(one, person, association, sittings, marks, to_sign)
        for one, person, association in queries.sheet_rows(scope, session, marks)
    ]
    title = _("Feuille de présence — %(code)s", code=session.code)
    empty = _("Aucun bénéficiaire inscrit.")
    columns = _attendance_columns(sittings, to_sign)
    section = Section(title, columns, rows, empty=empty, by_hand=to_sign, short=str(ATTENDANCE.title))
    facts = (*_session_facts(session, sittings), *dated(ATTENDANCE, query))
    return document(scope, ATTENDANCE, query, (section,), title=title, facts=facts, landscape=True)


def _attendance_columns(sittings: list[Any], to_sign: bool) -> tuple[Column, ...]:
    """Who, each half-day, the hours once there are marks, and where people sign: that has the room left."""
    earned = Column("hours", _l("Heures"), Kind.HOURS, 0.8, True, _EARNED)
    return (
        Column("association", _l("Association"), Kind.NAME, 0.3 if to_sign else 3),
        Column("trainee", _l("Bénéficiaire"), Kind.NAME, 0.3 if to_sign else 2.4),
        *(
            Column(f"s{number}", f"{day:%d/%m}\n{half.label}", Kind.STATE, 1)
            for number, (_id, day, half, _minutes, _trainer) in enumerate(sittings, 1)
        ),
        *(() if to_sign else (earned,)),
        Column("signature", _l("Émargement"), Kind.TEXT, 2.4 if to_sign else 1.6),
    )


def _attendance_row(
    one: Any,
    person: Any,
    association: Any,
    sittings: list[Any],
    marks: dict[tuple[int, int], Any],
    to_sign: bool,
) -> Row:
    statuses = [marks.get((sitting[0], one.id)) for sitting in sittings]
    earned = sum(sitting[3] for sitting, status in zip(sittings, statuses, strict=True) if status in EARNING)
    return (association.name, person.name, *statuses, *(() if to_sign else (earned,)), "")


def _session_facts(session: Session, sittings: list[Any]) -> list[tuple[str, str]]:
    """What the head of an attendance sheet says: which session, when, where, who gives it."""
    facts = [
        (_("Session"), f"{session.code} · {session.title}"),
        (_("Cohorte"), f"{session.cohort.code} · {session.cohort.name}"),
    ]
    if sittings:
        facts.append((_("Dates"), format_period(sittings[0][1], sittings[-1][1])))
    places = dict.fromkeys(
        " · ".join(str(part) for part in (one.venue, one.commune and one.commune.name) if part)
        for one in session.sittings
    )
    if any(places):
        facts.append((_("Lieu"), _(" ; ").join(filter(None, places))))
    if trainers := sorted({trainer for *_rest, trainer in sittings if trainer}):
        facts.append((_("Encadrement"), " · ".join(trainers)))
    return [*facts, (_("État"), str(session.state.label))]


COHORT = Report(
    "cohort",
    _l("Cohorte"),
    _l("La liste d'une cohorte, avec les heures et l'achèvement."),
    Permission.REPORT_PERSONAL,
    (Choice.COHORT, Choice.AS_AT),
    _cohort,
)
SESSIONS = Report(
    "sessions",
    _l("Sessions et activités"),
    _l("Les sessions, ateliers et visites, avec leurs heures et présences."),
    Permission.SESSION_READ,
    (Choice.REGION, Choice.AS_AT, Choice.HELD),
    _sessions,
)
ATTENDANCE = Report(
    "attendance",
    _l("Feuille de présence"),
    _l("La feuille de présence d'une session, demi-journée par demi-journée."),
    Permission.REPORT_PERSONAL,
    (Choice.SESSION,),
    _attendance,
)
