"""What the codes in a row of a workbook of transfers stand for: host, commune, module, trainer."""

from __future__ import annotations

from typing import Any

from cohorts.curriculum.models import Module
from cohorts.curriculum.queries import module_by_code
from cohorts.enrolment.queries import is_trainee_of
from cohorts.people.queries import by_hashes
from cohorts.transfer import queries
from programme.base.access import Scope
from programme.base.cleaning import clean_national_id
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.vault import vault
from programme.base.workbook.context import ImportContext
from programme.base.workbook.parsing import ParsedRow
from regions.associations.models import Association
from regions.associations.queries import find_association
from regions.geography.models import Commune
from regions.geography.queries import get_commune
from regions.programmes.queries import region_named


class Cells:
    """One run; each code is looked up once. What is unknown is refused, a foreign trainer left out."""

    def __init__(self, context: ImportContext) -> None:
        self.context = context
        self.region = region_named(context.scope, context.region) if context.region else None
        self.hosts: dict[str, Association | None] = {}
        self.communes: dict[str, Commune | None] = {}
        self.modules: dict[str, Module | None] = {}

    def check(self, row: ParsedRow) -> None:
        """Refuse unknown codes in every row, though an activity keeps what its first one says."""
        self._commune_id(row), self._module_id(row)

    def fields(self, row: ParsedRow, host: Association) -> dict[str, Any]:
        """What a row says of its activity, as the rule takes it."""
        return {
            "venue": row["venue"],
            "commune_id": self._commune_id(row),
            "module_id": self._module_id(row),
            "trainer_id": self._trainer_id(row, host),
        }

    def host(self, row: ParsedRow) -> Association:
        """The association that gave the activity."""
        receipt = row["host_association_receipt_no"]
        if receipt not in self.hosts:
            self.hosts[receipt] = self._find_host(receipt)
        host = self.hosts[receipt]
        if host is None:
            raise Refused(_("aucune association connue n'a ce récépissé, ou plusieurs l'ont"), "host")
        return host

    def _find_host(self, receipt: str) -> Association | None:
        """Of the region asked for, else of the scope; among several the one that has a seat."""
        if self.region is not None:
            return find_association(receipt_no=receipt, region_id=self.region.id)
        return queries.host_with_receipt(self.context.scope, receipt)

    def _commune_id(self, row: ParsedRow) -> int | None:
        code = row["commune_code"]
        if code is None:
            return None
        if code not in self.communes:
            self.communes[code] = get_commune(Scope.country(), code)
        found = self.communes[code]
        if found is None:
            sentence = _("code de commune inconnu ; attendu : un code HCP comme 03.231.01.01")
            raise Refused(sentence, "commune_code")
        return found.id

    def _module_id(self, row: ParsedRow) -> int | None:
        code = row["module"]
        if code is None:
            return None
        if code not in self.modules:
            self.modules[code] = module_by_code(code)
        found = self.modules[code]
        if found is None:
            raise Refused(_("module inconnu : %(code)s", code=code), "module")
        return found.id

    def _trainer_id(self, row: ParsedRow, host: Association) -> int | None:
        card = clean_national_id(row["trainer_national_id"])
        if not card.value:
            return None
        found = by_hashes(vault().keyed_hashes(card.value))
        if found is None or not is_trainee_of(found.id, host.id):
            sentence = _("ce formateur n'est pas un bénéficiaire de l'association hôte : il n'est pas retenu")
            self.context.warn(row, "trainer_national_id", sentence)
            return None
        return found.id
