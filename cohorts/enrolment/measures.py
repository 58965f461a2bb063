"""Figures of cohorts in the register of measures."""

from __future__ import annotations

from functools import partial

from cohorts.enrolment.queries import associations_enrolled, seats_granted, trainees_enrolled
from cohorts.people.models import Sex
from programme.base.language import lazy_gettext as _l
from programme.base.measures import Ids, Measure, register

_PERSONS = _l("personnes")


def _trainees(code: str, label: str, definition: str, ids: Ids) -> Measure:
    return register(Measure(code, label, _PERSONS, definition, ids=ids, by_agreement=True))


ASSOCIATIONS_ENROLLED = register(
    Measure(
        "associations_enrolled",
        _l("Associations inscrites"),
        _l("associations"),
        _l(
            "Associations dont au moins une personne est inscrite dans une cohorte à la date, chacune une fois."
        ),
        ids=associations_enrolled,
        by_agreement=True,
    )
)
SEATS = register(
    Measure(
        "seats",
        _l("Sièges attribués"),
        _l("sièges"),
        _l("Sièges d'associations attribués dans les cohortes à la date."),
        ids=seats_granted,
        by_agreement=True,
    )
)
TRAINEES_ENROLLED = _trainees(
    "trainees_enrolled",
    _l("Bénéficiaires inscrits"),
    _l("Personnes inscrites et non retirées à la date, chacune une fois ; les propositions ne comptent pas."),
    trainees_enrolled,
)
WOMEN = _trainees(
    "trainees_enrolled_women",
    _l("Femmes inscrites"),
    _l("Bénéficiaires inscrits à la date dont le sexe est féminin."),
    partial(trainees_enrolled, sex=Sex.F),
)
MEN = _trainees(
    "trainees_enrolled_men",
    _l("Hommes inscrits"),
    _l("Bénéficiaires inscrits à la date dont le sexe est masculin."),
    partial(trainees_enrolled, sex=Sex.M),
)
UNSTATED = _trainees(
    "trainees_enrolled_unstated",
    _l("Inscrits de sexe non précisé"),
    _l("Bénéficiaires inscrits à la date dont le sexe n'est pas précisé."),
    partial(trainees_enrolled, sex=None),
)
