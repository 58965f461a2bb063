"""What a doctor looks at of jobs and prepared exports."""

from __future__ import annotations

import sqlalchemy as sa

from programme.base import checks, jobs
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.exports import making
from programme.exports.models import ExportState, PreparedExport


@checks.register("jobs", _l("Les travaux d'arrière-plan se font, et aucun n'a été abandonné."))
def abandoned() -> list[str]:
    """Kinds of jobs of which some were given up lately."""
    return [
        _("« %(name)s » : %(count)s abandonnés ; lisez les journaux du serveur.", name=name, count=count)
        for name, count in jobs.failures().items()
        if count
    ]


@checks.register("exports", _l("Chaque export prêt a son fichier, et aucun fichier n'est de trop."))
def files() -> list[str]:
    """Ready exports without their file, and files of none."""
    ready = sa.select(PreparedExport.stored_name).where(PreparedExport.state == ExportState.READY)
    names = [name for name in db.session.scalars(ready.order_by(PreparedExport.id)) if name]
    lost = sum(not (making.folder() / name).is_file() for name in names)
    found = (
        [_("%(count)s exports prêts ont perdu leur fichier ; ils sont à redemander.", count=lost)]
        if lost
        else []
    )
    left = len(making.strays())
    if left:
        found.append(
            _("%(count)s fichiers d'exports sont de trop ; le travail de la nuit les retire.", count=left)
        )
    return found
