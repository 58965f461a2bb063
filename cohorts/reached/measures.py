"""The figures of the count, registered by code; each is the length of its list (RULES, Counting)."""

from __future__ import annotations

from cohorts.enrolment.queries import same_persons
from cohorts.reached import concerned  # noqa: F401 - says at start which entries concern which region
from cohorts.reached.queries import census, completions
from programme.base.access import Scope
from programme.base.language import lazy_gettext as _l
from programme.base.measures import Measure, Moment, register

_ASSOCIATIONS = _l("associations")


def reached(scope: Scope, moment: Moment) -> list[int]:
    """Ids of the associations reached, by the cohort or by a transfer."""
    return [one.association_id for one in census(scope, moment).evidence]


def reached_by_cohort(scope: Scope, moment: Moment) -> list[int]:
    """Ids of those whose first event is a completion."""
    return [one.association_id for one in census(scope, moment).reached(kind="N")]


def reached_by_transfer(scope: Scope, moment: Moment) -> list[int]:
    """Ids of those whose first event is a transfer."""
    return [one.association_id for one in census(scope, moment).reached(kind="T")]


def declared_not_validated(scope: Scope, moment: Moment) -> list[int]:
    """Ids of associations on declared sheets that are not validated, and not reached."""
    return sorted(census(scope, moment).pending)


def associations_completed(scope: Scope, moment: Moment) -> list[int]:
    """Ids of associations with a completed enrolment in a cohort of the scope's regions or agreements."""
    return sorted({one.association_id for one in completions(scope, moment)})


def trainees_completed(scope: Scope, moment: Moment) -> list[int]:
    """Ids of the persons who completed in cohorts of the scope's regions or agreements, each once."""
    same = same_persons(moment)
    return sorted({same.root(one.person_id) for one in completions(scope, moment)})


register(
    Measure(
        "reached",
        _l("Associations atteintes"),
        _ASSOCIATIONS,
        _l(
            "Associations distinctes domiciliées dans la région, dont au moins un bénéficiaire a achevé "
            "la formation d'une cohorte, ou dont assez de personnes ont suivi assez d'heures de transferts "
            "validés. Chacune est comptée une fois, à son premier événement."
        ),
        ids=reached,
    )
)
register(
    Measure(
        "reached_by_cohort",
        _l("Atteintes par une cohorte"),
        _ASSOCIATIONS,
        _l(
            "Associations atteintes dont le premier événement est l'achèvement d'une formation par l'un de "
            "leurs bénéficiaires."
        ),
        ids=reached_by_cohort,
    )
)
register(
    Measure(
        "reached_by_transfer",
        _l("Atteintes par un transfert"),
        _ASSOCIATIONS,
        _l(
            "Associations atteintes dont le premier événement est un transfert validé : par défaut deux "
            "personnes distinctes, six heures chacune."
        ),
        ids=reached_by_transfer,
    )
)
register(
    Measure(
        "declared_not_validated",
        _l("Déclarées, à valider"),
        _ASSOCIATIONS,
        _l(
            "Associations nommées sur la feuille d'un transfert déclaré mais pas encore validé, et qui ne sont "
            "pas atteintes par ailleurs. Elles ne sont jamais ajoutées aux associations atteintes."
        ),
        ids=declared_not_validated,
    )
)
register(
    Measure(
        "associations_completed",
        _l("Associations formées"),
        _ASSOCIATIONS,
        _l("Associations dont au moins un bénéficiaire a achevé la formation d'une cohorte de la région."),
        ids=associations_completed,
        by_agreement=True,
    )
)
register(
    Measure(
        "trainees_completed",
        _l("Bénéficiaires formés"),
        _l("bénéficiaires"),
        _l(
            "Inscriptions dont les heures validées atteignent la part exigée (80 % par défaut) des heures du "
            "programme de la cohorte. D'une chaîne de remplacements, une seule compte."
        ),
        ids=trainees_completed,
        by_agreement=True,
    )
)
