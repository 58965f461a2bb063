"""Reports that list a register: agreements, associations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from partnerships.agreements.models import Agreement
from programme.base.access import Permission, Scope
from programme.base.asked import number_of
from programme.base.language import Bilingual
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from regions.associations.models import Association
from regions.associations.queries import Filters, by_id
from regions.geography import queries as geography
from reports import queries
from reports.definition import Choice, Column, Document, Figure, Kind, Query, Report, Row, Section
from reports.frame import document, silent
from reports.queries import registry

MOST_CHOSEN = 500
UNSTATED = _l("Non précisé")
_REGION_MOMENT = (Choice.REGION, Choice.AS_AT, Choice.KNOWN_ON)


_SIGNED = _l("Parties qui ont signé, sur l'ensemble des parties.")
_CASH = _l("Contributions financières que la convention prévoit, toutes parties confondues, en dirhams.")
_RECEIPT = _l("Numéro du récépissé de dépôt de la déclaration.")
_DOMAIN = _l("Domaine d'activité principal, tel que l'association l'a déclaré.")

AGREEMENT_COLUMNS = (
    Column("reference", _l("Référence"), Kind.CODE, 1.4),
    Column("title", _l("Objet"), Kind.NAME, 3.4),
    Column("kind", _l("Type"), Kind.TEXT, 1.4),
    Column("region", _l("Région"), Kind.NAME, 1.3),
    Column("starts_on", _l("Du"), Kind.DATE, 1),
    Column("ends_on", _l("Au"), Kind.DATE, 1),
    Column(
        "signed", _l("Signatures"), Kind.BAR, 1, False, _SIGNED, (_l("Signatures apposées"), _l("Parties"))
    ),
    Column("cash", _l("Contributions"), Kind.MONEY, 1.3, True, _CASH),
    Column("state", _l("État"), Kind.STATE, 1.1),
)


def _agreements(scope: Scope, query: Query) -> Document:
    rows = [_agreement_row(*row) for row in queries.agreement_rows(scope, query.region)]
    empty = _("Aucune convention.")
    section = Section(_("Conventions"), AGREEMENT_COLUMNS, rows, empty=empty, silent=silent(query))
    figures = (Figure(_("Conventions"), len(rows)),)
    return document(scope, AGREEMENTS, query, (section,), figures=figures, landscape=True)


def _agreement_row(agreement: Agreement, region: Any, parties: int, signed: int, cash: int) -> Row:
    return (
        agreement.reference,
        agreement.title,
        str(agreement.kind.label),
        region.name if region else _("Nationale"),
        agreement.starts_on,
        agreement.ends_on,
        (signed, parties),
        int(cash),
        agreement.state,
    )


ASSOCIATION_COLUMNS = (
    Column("name", _l("Association"), Kind.NAME, 3.4),
    Column("receipt_no", _l("Récépissé"), Kind.CODE, 1.2, False, _RECEIPT),
    Column("region", _l("Région"), Kind.NAME, 1.4),
    Column("province", _l("Préfecture ou province"), Kind.NAME, 1.5),
    Column("commune", _l("Commune"), Kind.NAME, 1.4),
    Column("domain", _l("Domaine"), Kind.TEXT, 1.6, False, _DOMAIN),
    Column("founded_on", _l("Créée le"), Kind.DATE, 1),
)


def _associations(scope: Scope, query: Query) -> Document:
    chosen = _chosen_ids(query)
    if chosen:
        rows = _named_rows(by_id(scope, chosen).values())
    else:
        rows = _association_rows(registry.association_rows(scope, _filters(scope, query)))
    section = Section(
        _("Associations"),
        ASSOCIATION_COLUMNS,
        rows,
        empty=_("Aucune association ne correspond."),
        silent=frozenset() if chosen else silent(query),
    )
    return document(scope, ASSOCIATIONS, query, (section,), landscape=True)


def _chosen_ids(query: Query) -> list[int]:
    """The associations ticked in the list, where some were."""
    given = query.values.get("ids", "").split(",")
    return [known for one in given if (known := number_of(one))][:MOST_CHOSEN]


def _filters(scope: Scope, query: Query) -> Filters:
    region = geography.get_region(scope, query.region) if query.region else None
    asked = query.values.get("province")
    province = geography.get_province(scope, asked) if asked else None
    return Filters(
        q=query.values.get("q", ""),
        region_id=region.id if region else None,
        province_id=province.id if province else None,
        coverage=query.values.get("coverage", ""),
        domain=query.values.get("domain", ""),
        receipt_kind=query.values.get("receipt_kind", ""),
        incomplete=bool(query.values.get("incomplete")),
        to_check=bool(query.values.get("check")),
    )


def association_count(scope: Scope, query: Query) -> int:
    """Rows of the registry's report."""
    return len(_chosen_ids(query)) or registry.association_count(scope, _filters(scope, query))


def _named_rows(found: Iterable[Association]) -> Iterator[Row]:
    for one in found:
        yield (
            one.name,
            one.receipt_no or None,
            one.region.name,
            one.province.name if one.province else str(UNSTATED),
            one.commune.name if one.commune else None,
            one.domain or None,
            one.founded_on,
        )


def _association_rows(found: Iterable[Any]) -> Iterator[Row]:
    unstated = str(UNSTATED)
    for one in found:
        yield (
            Bilingual(one.name_ar, one.name_fr),
            one.receipt_no or None,
            Bilingual(one.region_ar, one.region_fr),
            Bilingual(one.province_ar, one.province_fr) if one.province_ar or one.province_fr else unstated,
            Bilingual(one.commune_ar, one.commune_fr) if one.commune_ar or one.commune_fr else None,
            one.domain or None,
            one.founded_on,
        )


AGREEMENTS = Report(
    "agreements",
    _l("Conventions"),
    _l("Le registre des conventions, leurs signatures et contributions."),
    Permission.AGREEMENT_READ,
    (Choice.REGION,),
    _agreements,
)
ASSOCIATIONS = Report(
    "associations",
    _l("Registre des associations"),
    _l("Les associations du registre, avec les filtres de la liste."),
    Permission.ASSOCIATION_READ,
    (Choice.REGION, Choice.SEARCH),
    _associations,
)
