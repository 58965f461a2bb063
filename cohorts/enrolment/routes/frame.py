"""The blueprint and what all pages of cohorts share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue

from cohorts.enrolment import pages, queries
from cohorts.enrolment.models import Cohort

bp = Blueprint("enrolment", __name__, url_prefix="/cohorts")
FOLDER = "cohorts/enrolment"


def loaded(cohort_id: int) -> Cohort:
    """The cohort in scope, else 404."""
    return queries.get_cohort(g.scope, cohort_id) or abort(404)


def form_page(template: str, form: Any, **values: Any) -> ResponseReturnValue:
    """A page with a form; its status says whether something was refused."""
    status = form.status if form.errors else 200
    return render_template(f"{FOLDER}/{template}.html", form=form, pages=pages, **values), status


def record_page(template: str, cohort: Cohort, chosen: str, **values: Any) -> str:
    """One tab of a cohort."""
    return render_template(f"{FOLDER}/{template}.html", cohort=cohort, pages=pages, tab=chosen, **values)
