"""The associations that a workbook names: found, or declared together (RULES A4)."""

from __future__ import annotations

from collections.abc import Sequence

from cohorts.transfer.models import TransferActivity
from cohorts.transfer.rules.participants import association_meant, check_name
from programme.base.access import Scope
from programme.base.folding import Likeness, compare_names, match_key
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.context import ImportContext
from programme.base.workbook.parsing import ParsedRow
from regions.associations.fields import receipt_number
from regions.associations.models import Association
from regions.associations.queries import resembling, taken
from regions.associations.rules import Blocks, Desk
from regions.geography.models import Province
from regions.geography.queries import provinces, regions

Meant = tuple[str | None, str, int | None, int]
DECLARED = "association:record:declare"


class Named:
    """One run: names and receipts that nobody has are registered without asking again for each."""

    def __init__(self, context: ImportContext, rows: Sequence[ParsedRow]) -> None:
        self.context = context
        self.provinces: dict[str, Province] = {one.code: one for one in provinces(Scope.country())}
        self.regions = regions(Scope.country())  # held, so that looking one up asks the database once
        self.found: dict[Meant, Association] = {}
        self.rows_of: dict[Association, ParsedRow] = {}
        self.blocks = Blocks()
        self.desk = Desk(context.actor, self.blocks, holders={})
        self.receipts, self.keys = taken(
            (receipt_number(row["association_receipt_no"]) for row in rows),
            (match_key(row["association"])[:300] for row in rows),
        )

    def find(self, row: ParsedRow, activity: TransferActivity) -> Association:
        """The association of a row; in the host's region, without a province, where none is named (C7)."""
        province = self._province(row)
        region_id = province.region_id if province else activity.region_id
        receipt, name = row["association_receipt_no"], row["association"]
        meant = (receipt, name, province.id if province else None, region_id)
        if meant not in self.found:
            self.found[meant] = self._meant(row, *meant)
        return self.found[meant]

    def finish(self) -> None:
        """Write what was declared and say what resembles what."""
        for one in self.desk.finish():
            self.context.suspect(self.rows_of[one.association], str(one.association.name), one.other_name)

    def _province(self, row: ParsedRow) -> Province | None:
        code = row["province_code"]
        if code is None:
            return None
        if code not in self.provinces:
            raise Refused(_("code de province inconnu ; attendu : un code HCP comme 03.231"), "province_code")
        return self.provinces[code]

    def _meant(
        self, row: ParsedRow, receipt: str | None, name: str, province_id: int | None, region_id: int
    ) -> Association:
        check_name(name)
        number, key = receipt_number(receipt), match_key(name)[:300]
        is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in name)
        if is_arabic and key not in self.keys and not (number and number in self.receipts):
            self.keys.add(key)
            self.receipts.add(number)
            values = {
                "name_ar": name,
                "receipt_no": receipt,
                "region_id": region_id,
                "province_id": province_id,
            }
            made = self.desk.register(values, event=DECLARED)
            self.rows_of[made] = row
            return made
        self.finish()
        found, is_new = association_meant(
            self.context.actor, name, receipt, province_id, region_id, self.blocks
        )
        if is_new:
            for other in resembling(found.id):
                self.context.suspect(row, str(found.name), str(other.name))
        elif _differs(found, name):
            sentence = _("ce récépissé est celui de « %(name)s »", name=found.name)
            self.context.warn(row, "association_receipt_no", sentence)
        return found


def _differs(found: Association, name: str) -> bool:
    names = [one for one in (found.name_ar, found.name_fr) if one]
    return all(compare_names(one, name).likeness is Likeness.DISTINCT for one in names)
