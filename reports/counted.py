"""The lists behind the counted figures: reached associations, enrolled associations, trainees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cohorts.enrolment.models import Cohort
from cohorts.enrolment.queries import same_persons
from cohorts.people.models import Sex
from cohorts.reached import queries as reached
from cohorts.transfer.models import TransferActivity
from programme.base.access import Permission, Scope
from programme.base.language import Bilingual
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.measures import Moment
from programme.base.refusals import Refused
from regions.associations.models import Association
from regions.geography import queries as geography
from regions.geography.models import Province
from reports import queries
from reports.definition import Choice, Column, Document, Figure, Kind, Query, Report, Row, Section
from reports.frame import defined, document, facts_of, moment_of, narrowed

UNSTATED = _l("Non précisé")
_REGION_MOMENT = (Choice.REGION, Choice.AS_AT, Choice.KNOWN_ON)


REACHED_COLUMNS = (
    Column("number", _l("N°"), Kind.INTEGER, 0.5),
    Column("association", _l("Association"), Kind.NAME, 3),
    Column("receipt_no", _l("Récépissé"), Kind.CODE, 1.1),
    Column("province", _l("Préfecture ou province"), Kind.NAME, 1.5),
    Column("why", _l("Atteinte par"), Kind.TEXT, 1),
    Column("since", _l("Depuis le"), Kind.DATE, 1),
    Column("through", _l("Grâce à"), Kind.NAME, 2.4),
    Column("also", _l("Atteinte aussi par"), Kind.TEXT, 1),
)


def _reached(scope: Scope, query: Query) -> Document:
    proofs = reached.evidence(narrowed(scope, query), moment_of(query))
    rows = list(_reached_rows(proofs))
    section = Section(
        _("Associations atteintes"),
        REACHED_COLUMNS,
        rows,
        empty=_("Aucune association atteinte à cette date."),
        silent=frozenset() if any(row[-1] for row in rows) else frozenset({"also"}),
    )
    figures = (Figure(_("Associations atteintes"), len(rows), definition=defined("reached")),)
    return document(scope, REACHED_ASSOCIATIONS, query, (section,), figures=figures, landscape=True)


def _reached_rows(proofs: list[reached.Evidence]) -> Iterator[Row]:
    hosts = {host for proof in proofs for host in proof.host_ids}
    found = queries.named(Association, {proof.association_id for proof in proofs} | hosts)
    cohorts = queries.named(Cohort, {via for proof in proofs if proof.kind == "N" for via in proof.via})
    provinces = queries.named(Province, {proof.province_id for proof in proofs if proof.province_id})
    activities = queries.named(
        TransferActivity, {via for proof in proofs if proof.kind == "T" for via in proof.via}
    )
    labels = {"N": _("Cohorte"), "T": _("Transfert")}
    for number, proof in enumerate(proofs, 1):
        association = found[proof.association_id]
        if proof.kind == "N":
            through: Any = cohorts[proof.via[0]].name
        else:
            codes = [activities[via].code for via in proof.via if via in activities]
            names = [str(found[host].name) for host in proof.host_ids if host in found]
            through = "\u00a0· ".join([*names[:1], *codes[:3]])
        yield (
            number,
            association.name,
            association.receipt_no or None,
            provinces[proof.province_id].name if proof.province_id else str(UNSTATED),
            labels[proof.kind],
            proof.on_date,
            through,
            labels[proof.also.kind] if proof.also else None,
        )


ENROLLED_COLUMNS = (
    Column("number", _l("N°"), Kind.INTEGER, 0.5),
    Column("association", _l("Association"), Kind.NAME, 3.5),
    Column("receipt_no", _l("Récépissé"), Kind.CODE, 1.2),
    Column("province", _l("Préfecture ou province"), Kind.NAME, 1.8),
    Column("trainees", _l("Bénéficiaires inscrits"), Kind.INTEGER, 1.2, True),
)


Place = tuple[int | None, tuple[str, str]]


def _place(scope: Scope, query: Query) -> Place | None:
    """The province asked for, `unknown` for those without one, and the fact that says so."""
    asked = query.values.get(Choice.PROVINCE.value)
    if not asked:
        return None
    label = _("Préfecture ou province")
    if asked == "unknown":
        return None, (label, str(UNSTATED))
    found = next((one for one in geography.provinces(scope) if one.code == asked), None)
    if found is None:
        raise Refused(_("Préfecture ou province inconnue : %(code)s.", code=asked), "province", status=404)
    return found.id, (label, str(found.name))


def _trained(inside: Scope, moment: Moment) -> dict[int, set[int]]:
    """By association the persons who completed in cohorts of the scope."""
    people: dict[int, set[int]] = {}
    same = same_persons(moment)
    for one in reached.completions(inside, moment):
        people.setdefault(one.association_id, set()).add(same.root(one.person_id))
    return people


def _seated(inside: Scope, moment: Moment, place: Place | None) -> dict[int, set[int]]:
    """By association, of one province where it is asked for, the persons enrolled."""
    people: dict[int, set[int]] = {}
    for _region, association, province, person, _sex in queries.enrolled(inside, moment):
        if place is None or province == place[0]:
            people.setdefault(association, set()).add(person)
    return people


def _enrolled(scope: Scope, query: Query) -> Document:
    inside, moment = narrowed(scope, query), moment_of(query)
    only_completed = bool(query.values.get(Choice.COMPLETED.value))
    place = None if only_completed else _place(scope, query)
    people = _trained(inside, moment) if only_completed else _seated(inside, moment, place)
    title = _("Associations formées") if only_completed else _("Associations inscrites")
    counted = "associations_completed" if only_completed else "associations_enrolled"
    found = queries.named(Association, set(people))
    provinces = queries.named(Province, {one.province_id for one in found.values() if one.province_id})
    ordered = sorted(found.values(), key=lambda one: (one.sort_key, one.id))
    rows = [
        (
            number,
            one.name,
            one.receipt_no or None,
            provinces[one.province_id].name if one.province_id else str(UNSTATED),
            len(people[one.id]),
        )
        for number, one in enumerate(ordered, 1)
    ]
    empty = _("Aucune association inscrite à cette date.")
    section = Section(title, ENROLLED_COLUMNS, rows, empty=empty)
    return document(
        scope,
        ENROLLED_ASSOCIATIONS,
        query,
        (section,),
        title=title,
        facts=(*facts_of(scope, ENROLLED_ASSOCIATIONS, query), *([place[1]] if place else [])),
        figures=(Figure(title, len(rows), definition=defined(counted)),),
    )


PENDING_COLUMNS = (*ENROLLED_COLUMNS[:4],)


def _pending(scope: Scope, query: Query) -> Document:
    ids = reached.pending(narrowed(scope, query), moment_of(query))
    found = queries.named(Association, set(ids))
    provinces = queries.named(Province, {one.province_id for one in found.values() if one.province_id})
    ordered = sorted(found.values(), key=lambda one: (one.sort_key, one.id))
    rows = [
        (
            number,
            one.name,
            one.receipt_no or None,
            provinces[one.province_id].name if one.province_id else str(UNSTATED),
        )
        for number, one in enumerate(ordered, 1)
    ]
    title = _("Associations déclarées, à valider")
    empty = _("Aucune association n'attend de validation.")
    section = Section(title, PENDING_COLUMNS, rows, empty=empty, short=_("Déclarées, à valider"))
    figures = (Figure(title, len(rows), definition=defined("declared_not_validated")),)
    return document(scope, PENDING_ASSOCIATIONS, query, (section,), figures=figures)


TRAINEE_COLUMNS = (
    Column("number", _l("N°"), Kind.INTEGER, 0.5),
    Column("trainee", _l("Bénéficiaire"), Kind.NAME, 2.5),
    Column("sex", _l("Sexe"), Kind.TEXT, 0.8),
    Column("association", _l("Association"), Kind.NAME, 3),
    Column("cohort", _l("Cohorte"), Kind.CODE, 1.2),
    Column("enrolled_on", _l("Inscrit le"), Kind.DATE, 1),
    Column("completed_on", _l("Formé le"), Kind.DATE, 1),
)


def _trainees(scope: Scope, query: Query) -> Document:
    inside, moment = narrowed(scope, query), moment_of(query)
    completed = {one.enrolment_id: one.completed_on for one in reached.completions(inside, moment)}
    only_completed = bool(query.values.get(Choice.COMPLETED.value))
    asked_sex = query.values.get(Choice.SEX.value)
    rows: list[Row] = []
    for one in queries.trainee_rows(inside, moment, completed, only_completed, query.region):
        if asked_sex and (one.sex.value if one.sex else "unknown") != asked_sex:
            continue
        rows.append(
            (
                len(rows) + 1,
                Bilingual(one.name_ar, one.name_fr),
                str(one.sex.label if one.sex else UNSTATED),
                Bilingual(one.association_ar, one.association_fr),
                one.cohort,
                one.enrolled_on,
                completed.get(one.id),
            )
        )
    title = _("Bénéficiaires formés") if only_completed else _("Bénéficiaires inscrits")
    section = Section(title, TRAINEE_COLUMNS, rows, empty=_("Aucun bénéficiaire à cette date."))
    counted = "trainees_completed" if only_completed else "trainees_enrolled"
    figures = (Figure(title, len(rows), definition=defined(counted)),)
    facts = facts_of(scope, TRAINEES, query)
    if asked_sex:
        facts = (*facts, (_("Sexe"), str(Sex(asked_sex).label if asked_sex in set(Sex) else UNSTATED)))
    return document(
        scope, TRAINEES, query, (section,), title=title, facts=facts, figures=figures, landscape=True
    )


REACHED_ASSOCIATIONS = Report(
    "reached-associations",
    _l("Associations atteintes"),
    _l("La liste de preuve : pourquoi chaque association compte, depuis quand et par qui."),
    Permission.REACHED_READ,
    _REGION_MOMENT,
    _reached,
)
ENROLLED_ASSOCIATIONS = Report(
    "enrolled-associations",
    _l("Associations inscrites"),
    _l("Les associations qui ont au moins un bénéficiaire inscrit."),
    Permission.REACHED_READ,
    (*_REGION_MOMENT, Choice.PROVINCE, Choice.COMPLETED),
    _enrolled,
)
PENDING_ASSOCIATIONS = Report(
    "pending-associations",
    _l("Associations déclarées, à valider"),
    _l(
        "Les associations nommées dans un transfert déclaré et pas encore validé, et qui ne sont pas atteintes."
    ),
    Permission.REACHED_READ,
    _REGION_MOMENT,
    _pending,
)
TRAINEES = Report(
    "trainees",
    _l("Bénéficiaires inscrits"),
    _l("Les bénéficiaires, leur association et leur cohorte."),
    Permission.REPORT_PERSONAL,
    (*_REGION_MOMENT, Choice.COMPLETED, Choice.SEX),
    _trainees,
)
