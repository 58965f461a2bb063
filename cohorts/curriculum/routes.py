"""Pages of modules."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cohorts.curriculum import queries, rules
from cohorts.curriculum.forms import EditModuleForm, NewModuleForm
from programme.base.access import Permission, requires
from programme.base.language import gettext as _

bp = Blueprint("curriculum", __name__, url_prefix="/modules")
FOLDER = "cohorts/curriculum"


@bp.get("")
@requires(Permission.COHORT_READ)
def index() -> ResponseReturnValue:
    rows = queries.modules(g.scope)
    return render_template(f"{FOLDER}/index.html", rows=rows, total=sum(one.minutes for one in rows))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.COHORT_WRITE)
def new() -> ResponseReturnValue:
    form = NewModuleForm()
    if form.validate_on_submit() and form.accepts(
        rules.add_module, g.actor, code=form.code.data, **form.values
    ):
        flash(_("Module ajouté."))
        return redirect(url_for(".index"))
    return render_template(f"{FOLDER}/new.html", form=form), form.status if form.errors else 200


@bp.route("/<int:module_id>/edit", methods=["GET", "POST"])
@requires(Permission.COHORT_WRITE)
def edit(module_id: int) -> ResponseReturnValue:
    module = queries.get_module(g.scope, module_id) or abort(404)
    form = EditModuleForm.of(module)
    if (
        form.validate_on_submit()
        and form.is_current(module)
        and form.accepts(rules.edit_module, g.actor, module, **form.values)
    ):
        flash(_("Module enregistré."))
        return redirect(url_for(".index"))
    status = form.status if form.errors else 200
    return render_template(f"{FOLDER}/edit.html", form=form, module=module), status
