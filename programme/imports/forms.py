"""The form by which a workbook is handed in."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from programme.base.forms import HouseForm
from programme.base.language import lazy_gettext as _l
from programme.base.workbook.sheet import DEFAULT_LIMITS, MEBIBYTE

_FOR = _l("Sert aux lignes qui n'en indiquent pas.")


class UploadForm(HouseForm):
    """The file and, where the kind takes them, a region and a cohort for rows that name none."""

    file = FileField(
        _l("Classeur"),
        [FileRequired(_l("Choisissez un fichier."))],
        description=_l(
            "Excel (.xlsx) ou CSV en UTF-8, %(size)s Mo au plus.", size=DEFAULT_LIMITS.size // MEBIBYTE
        ),
        render_kw={"accept": ".xlsx,.csv"},
    )
    region = SelectField(_l("Région par défaut"), validate_choice=False, description=_FOR)
    cohort = SelectField(_l("Cohorte par défaut"), validate_choice=False, description=_FOR)
