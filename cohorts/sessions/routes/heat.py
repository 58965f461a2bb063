"""The heat map of a cohort, a tab of its record."""

from __future__ import annotations

from flask import abort, g, render_template
from flask.typing import ResponseReturnValue

from cohorts.enrolment import pages as cohort_pages
from cohorts.enrolment import queries as enrolment
from cohorts.sessions.heat import STEPS, heat_of
from cohorts.sessions.routes.frame import FOLDER, bp
from programme.base import panels
from programme.base.access import Permission, requires
from programme.base.language import lazy_gettext as _l

panels.register(
    "cohort", "heat", _l("Assiduité"), "cohorts.sessions.heat", permission=Permission.COHORT_READ, order=10
)


@bp.get("/cohorts/<int:cohort_id>/heat")
@requires(Permission.COHORT_READ)
def heat(cohort_id: int) -> ResponseReturnValue:
    cohort = enrolment.get_cohort(g.scope, cohort_id) or abort(404)
    scale = list(zip((0, *STEPS), (*STEPS, 1), strict=True))
    values = {"cohort": cohort, "heat": heat_of(g.scope, cohort), "scale": scale}
    return render_template(f"{FOLDER}/heat.html", pages=cohort_pages, tab="heat", **values)
