"""Figures of sessions: how many were held, and the hours that trainees attended (RULES C4)."""

from __future__ import annotations

from cohorts.sessions.queries import hours as counted
from programme.base import fixed, hours
from programme.base.language import lazy_gettext as _l
from programme.base.measures import Measure, register

hours.provide(counted.minutes_by_enrolment, counted.days_attended)
fixed.provide(counted.is_taught)
SESSIONS_HELD = register(
    Measure(
        "sessions_held",
        _l("Sessions tenues"),
        _l("sessions"),
        _l("Sessions de formation validées dont au moins une demi-journée s'est tenue à la date."),
        ids=counted.sessions_held,
        by_agreement=True,
    )
)
HOURS_ATTENDED = register(
    Measure(
        "hours_attended",
        _l("Heures suivies"),
        _l("minutes"),
        _l(
            "Durée des demi-journées suivies (présent ou en retard) dans des sessions validées qui portent "
            "un module du programme de la cohorte ; ateliers et accompagnement sont comptés à part."
        ),
        amount=counted.minutes_attended,
    )
)
