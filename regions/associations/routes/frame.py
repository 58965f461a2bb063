"""The blueprint and what all pages of the registry share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from programme.base import cleaning, files
from regions.associations import fields, pages, queries
from regions.associations.models import Association

bp = Blueprint("associations", __name__, url_prefix="/associations")
bp.app_template_filter("format_phone")(cleaning.format_phone)
WITH_FILES = frozenset({"change_mandate", "end_mandate", "add_document"})


@bp.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a file through where one is expected, before anything reads the body."""
    if (endpoint or "").rpartition(".")[2] in WITH_FILES:
        request.max_content_length = files.MAX_BYTES + 256 * 1024


def loaded(association_id: int) -> Association:
    """The association in scope, else 404."""
    return queries.get_association(g.scope, association_id) or abort(404)


def record_page(name: str, association: Association, status: int = 200, **values: Any) -> ResponseReturnValue:
    """A page of one record, its tab marked."""
    shown = {"tabs": pages.tabs(association, name), "moves": pages.moves(association)}
    page = render_template(
        f"regions/associations/{name}.html", association=association, fields=fields, **shown, **values
    )
    return page, status


def offer_places(form: Any, region_id: int | None, province_id: int | None) -> None:
    """Choices that follow the region and the province; the address may carry them (no script needed)."""
    regions, provinces, communes = pages.places_for(region_id, province_id)
    form.offer(regions, provinces, communes)
    if len(regions) == 1 and form.region_id.data is None:
        form.region_id.data = regions[0].id


def asked_place(name: str, otherwise: int | None = None) -> int | None:
    """A place as the form or the address names it."""
    text = request.values.get(name)
    if text is None:
        return otherwise
    return int(text) if text.isdecimal() and len(text) < 10 else None


def status_of(form: Any) -> int:
    """200, or what a refused form answers with."""
    return int(form.status) if form.errors else 200
