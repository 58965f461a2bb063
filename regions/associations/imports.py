"""Import of associations (WORKBOOKS.md): what is looked up is fetched once, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from programme.base import folding
from programme.base.access import Permission
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.columns import Choice, ColumnKind, ImportColumn, comparable
from programme.base.workbook.context import ImportContext
from programme.base.workbook.kinds import ImportKind, register
from programme.base.workbook.parsing import ParsedRow
from regions.associations import fields, queries
from regions.associations.models import Association, Coverage, ReceiptKind
from regions.associations.rules import Desk
from regions.geography.models import Commune, Province

T = TypeVar("T")
K = ColumnKind
ALIASES = {"province_id": "province_code", "region_id": "province_code", "commune_id": "commune_code"}
PLAIN = (
    "name_ar",
    "name_fr",
    "receipt_no",
    "receipt_date",
    "receipt_authority",
    "founded_on",
    "domain",
    "president",
    "phone",
    "email",
    "ice",
    "rib",
)
_RECEIPTS = (
    Choice("provisional", "provisoire", "مؤقت", ("récépissé provisoire", "وصل مؤقت")),
    Choice("final", "définitif", "نهائي", ("récépissé définitif", "وصل نهائي")),
)
_COVERAGES = (
    Choice("local", "locale", "محلي", ("محلية",)),
    Choice("provincial", "provinciale", "إقليمي", ("إقليمية",)),
    Choice("regional", "régionale", "جهوي", ("جهوية",)),
    Choice("national", "nationale", "وطني", ("وطنية",)),
)
COLUMNS = (
    ImportColumn(
        "name_ar",
        "Nom en arabe",
        "اسم الجمعية بالعربية",
        K.NAME,
        required=True,
        example="جمعية مثال",
        also=("nom", "اسم الجمعية", "الجمعية"),
    ),
    ImportColumn(
        "name_fr", "Nom en français", "اسم الجمعية بالفرنسية", K.NAME, example="Association Exemple"
    ),
    ImportColumn(
        "receipt_no",
        "N° du récépissé",
        "رقم وصل الإيداع",
        K.CODE,
        required=True,
        example="000/0000",
        also=("récépissé", "رقم الوصل"),
    ),
    ImportColumn("receipt_date", "Date du récépissé", "تاريخ وصل الإيداع", K.DATE, example="2020-01-31"),
    ImportColumn("receipt_authority", "Autorité qui l'a délivré", "السلطة التي سلمته", K.NAME, maximum=200),
    ImportColumn(
        "receipt_kind",
        "Nature du récépissé",
        "نوع وصل الإيداع",
        K.CHOICE,
        choices=_RECEIPTS,
        example="définitif",
    ),
    ImportColumn(
        "province_code",
        "Code de la province",
        "رمز العمالة أو الإقليم",
        K.CODE,
        one_of="province",
        help_fr="Code du HCP, comme 03.231 ; à défaut, le nom de la province.",
        help_ar="رمز المندوبية السامية للتخطيط، مثل 03.231؛ وإلا فاسم الإقليم.",
        example="03.231",
    ),
    ImportColumn("province", "Province", "العمالة أو الإقليم", K.NAME, one_of="province"),
    ImportColumn(
        "commune_code",
        "Code de la commune",
        "رمز الجماعة",
        K.CODE,
        help_fr="Code du HCP, comme 03.231.01.01 ; à défaut, le nom de la commune.",
        help_ar="رمز المندوبية السامية للتخطيط، مثل 03.231.01.01؛ وإلا فاسم الجماعة.",
    ),
    ImportColumn("commune", "Commune", "الجماعة", K.NAME),
    ImportColumn("founded_on", "Date de création", "تاريخ التأسيس", K.DATE),
    ImportColumn("domain", "Domaine d'activité", "مجال النشاط", K.NAME, maximum=200),
    ImportColumn("coverage", "Rayon d'action", "النطاق الترابي", K.CHOICE, choices=_COVERAGES),
    ImportColumn("president", "Président", "الرئيس", K.NAME, maximum=200),
    ImportColumn("phone", "Téléphone", "الهاتف", K.PHONE),
    ImportColumn("email", "Adresse électronique", "البريد الإلكتروني", K.EMAIL),
    ImportColumn("ice", "ICE", "التعريف الموحد للمقاولة", K.CODE, help_fr="15 chiffres.", help_ar="15 رقما."),
    ImportColumn("rib", "RIB", "التعريف البنكي", K.CODE, help_fr="24 chiffres.", help_ar="24 رقما."),
)


class Places:
    """Provinces and communes by code and by name, fetched once; names compare without accents or spaces."""

    def __init__(self, context: ImportContext) -> None:
        self.provinces = {p.code: p for p in queries.all_provinces()}
        self.communes = {c.code: c for c in queries.all_communes()}
        # Held, so that the rules find them in the session without asking the database again.
        self.regions = queries.all_regions()
        self.context = context
        self._provinces = _by_name(self.provinces.values())
        self._communes = _by_name(self.communes.values())

    def province(self, row: ParsedRow) -> Province:
        """The province that a row names, inside the option's region and the actor's scope."""
        code, name = row["province_code"], row["province"]
        if code:
            found = [self.provinces[code]] if code in self.provinces else []
            key, message = "province_code", _("province inconnue : un code du HCP comme 03.231 est attendu")
        else:
            found = [p for p in self._provinces.get(comparable(name), []) if self._is_inside(p)]
            key, message = "province", _("province inconnue ou dont le nom n'est pas unique")
        if len(found) != 1:
            raise Refused(message, key, code="A1")
        if not self._is_inside(found[0]):
            raise Refused(_("cette province est hors de votre territoire ou de la région demandée"), key)
        return found[0]

    def commune(self, row: ParsedRow, province: Province) -> Commune | None:
        """The commune that a row names inside its province (RULES A1: unique only there)."""
        code, name = row["commune_code"], row["commune"]
        if not code and not name:
            return None
        if code:
            found = self.communes.get(code)
            if found is None or found.province_id != province.id:
                raise Refused(_("commune inconnue dans cette province"), "commune_code", code="A1")
            return found
        inside: list[Commune] = [
            c for c in self._communes.get(comparable(name), []) if c.province_id == province.id
        ]
        if len(inside) != 1:
            raise Refused(_("commune inconnue dans cette province"), "commune", code="A1")
        return inside[0]

    def _is_inside(self, province: Province) -> bool:
        asked = self.context.region
        return self.context.scope.sees_region(province.region_id) and asked in {None, province.code[:2]}


def _by_name(places: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for place in places:
        for name in {comparable(place.name_ar), comparable(place.name_fr)}:
            found.setdefault(name, []).append(place)
    return found


@dataclass(slots=True)
class Known:
    """Records by (province, receipt), and those without a receipt by (province, duplicate key)."""

    receipts: dict[tuple[int | None, str], Association]
    nameless: dict[tuple[int | None, str], Association]


def apply(context: ImportContext, rows: Sequence[ParsedRow]) -> None:
    """Register what is new, update the changed fields of what is known, list suspected duplicates.

    A record is known by its receipt in its province; a record without a receipt (declared by a transfer
    sheet) by its name, and gets the receipt.
    """
    places = Places(context)
    placed: list[tuple[ParsedRow, Province, Commune | None]] = []
    for row in rows:
        with context.row(row):
            province = places.province(row)
            placed.append((row, province, places.commune(row, province)))
    wanted = {province.id for _row, province, _commune in placed}
    numbers = [fields.receipt_number(row["receipt_no"]) for row, *_rest in placed]
    known = Known(queries.by_receipt(wanted, numbers), queries.without_receipt(wanted))
    desk = Desk(context.actor, holders=known.receipts)
    made: dict[int, ParsedRow] = {}
    for row, province, commune in placed:
        with context.row(row):
            _apply(context, desk, row, _values(row, province, commune), known, made)
    if context.errors:
        return
    for suspected in desk.finish():
        if id(suspected.association) in made:
            row = made[id(suspected.association)]
            context.suspect(row, str(suspected.association.name), suspected.other_name)


def _values(row: ParsedRow, province: Province, commune: Commune | None) -> dict[str, Any]:
    """What a row says, blank cells left out: they never empty a field."""
    given: dict[str, Any] = {name: row[name] for name in PLAIN}
    given["receipt_kind"] = ReceiptKind(row["receipt_kind"]) if row["receipt_kind"] else None
    given["coverage"] = Coverage(row["coverage"]) if row["coverage"] else None
    given |= {"province_id": province.id, "region_id": province.region_id}
    given["commune_id"] = commune.id if commune else None
    return {name: value for name, value in given.items() if value is not None}


def _apply(
    context: ImportContext,
    desk: Desk,
    row: ParsedRow,
    values: dict[str, Any],
    known: Known,
    made: dict[int, ParsedRow],
) -> None:
    number, province_id = fields.receipt_number(values["receipt_no"]), values["province_id"]
    record = known.receipts.get((province_id, number))
    if record is None:
        record = known.nameless.pop((province_id, folding.match_key(values["name_ar"])), None)
    raw = {name: text for name, text in row.raw.items() if name in PLAIN}
    if record is None:
        record = _refusing(lambda: desk.register(values, raw))
        made[id(record)] = row
        context.created(record, row)
    elif id(record) in made:
        _compare(made[id(record)], row)
    elif record.merged_into_id is not None:
        context.warn(
            row, "receipt_no", _("cette fiche a été fusionnée avec une autre : ligne laissée de côté")
        )
    else:
        _update(context, desk, row, record, values, raw)
    known.receipts[province_id, number] = record


def _update(
    context: ImportContext,
    desk: Desk,
    row: ParsedRow,
    record: Association,
    values: dict[str, Any],
    raw: dict[str, str],
) -> None:
    changed = _refusing(lambda: desk.edit(record, values, raw))
    for name, (before, after) in changed.items():
        shown = [getattr(value, "label", value) for value in (before, after)]
        if name == "commune_id":
            shown = [queries.commune_code(before), queries.commune_code(after)]
        context.updated(record, ALIASES.get(name, name), shown[0], shown[1], row)


def _compare(first: ParsedRow, second: ParsedRow) -> None:
    """A receipt twice in one file is the same row copied, or a mistake."""
    if first.values != second.values:
        message = _("ce récépissé figure déjà à la ligne %(row)s avec d'autres valeurs", row=first.number)
        raise Refused(message, "receipt_no", code="A2")


def _refusing(rule: Callable[[], T]) -> T:
    """Run a rule; its fields are called as the columns are."""
    try:
        return rule()
    except Refused as refusal:
        raise refusal.renamed(ALIASES) from refusal


KIND = register(
    ImportKind(
        "associations",
        "Associations",
        "الجمعيات",
        COLUMNS,
        apply,
        Permission.ASSOCIATION_WRITE,
        explanation_fr="Une ligne par association, reconnue par son récépissé dans sa province.",
        explanation_ar="سطر لكل جمعية، تعرف بوصل إيداعها في إقليمها.",
        options=("region",),
        order=35,
    )
)
