"""A sheet of agreements applied by the rules, row by row (WORKBOOKS.md, agreements)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from partnerships.agreements import queries, rules
from partnerships.agreements.models import Agreement, AgreementState, Party
from partnerships.organisations import rules as organisations
from partnerships.organisations.models import Organisation
from programme.base.access import Scope
from programme.base.folding import fold
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.context import ImportContext
from programme.base.workbook.parsing import ParsedRow
from regions.geography import queries as geography
from regions.geography.models import Region

SHARED = ("kind", "title_ar", "title_fr", "region", "parent", "starts_on", "ends_on")
"""What the rows of one agreement must agree on."""
TERMS = ("kind", "title_ar", "title_fr", "region_id", "starts_on", "ends_on")
PARTY_TERMS = ("signatory", "capacity", "cash_mad", "in_kind_mad")
TO_FORCE = (
    (AgreementState.DRAFT, "negotiate"),
    (AgreementState.NEGOTIATION, "approve"),
)
FROM_SIGNATURES = ((AgreementState.APPROVED, "sign"), (AgreementState.SIGNED, "enter_into_force"))
COLUMN_OF = {"region_id": "region", "parent_id": "parent", "role": "party_role"}


class Sheet:
    """First every agreement with its parties, then parents (which may stand lower), then signatures and force.

    An agreement with a complete signature (signatory, capacity, date) is approved, as its text was accepted;
    with all of them it is in force; with none it stays a draft.
    """

    def __init__(self, context: ImportContext, rows: Sequence[ParsedRow]) -> None:
        self.context = context
        self.groups: dict[str, list[ParsedRow]] = {}
        for row in rows:
            self.groups.setdefault(row["agreement"], []).append(row)
        self.agreements: dict[str, Agreement] = {}
        self.parties: dict[int, Party] = {}
        self.made: set[str] = set()
        self._organisations: dict[str, Organisation] = {}

    def apply(self) -> None:
        for reference, rows in self.groups.items():
            self._check_agree(rows)
            with self.context.row(rows[0]):
                self._terms(reference, rows)
            if reference in self.agreements:
                for row in rows:
                    with self.context.row(row):
                        self._party(reference, row)
        for reference, rows in self.groups.items():
            if reference in self.agreements:
                self._finish(reference, rows)

    def _finish(self, reference: str, rows: list[ParsedRow]) -> None:
        with self.context.row(rows[0]):
            self._parent(reference, rows)
        # Signatures lock the text: never on terms that another row still contradicts.
        if self.context.errors:
            return
        before = self.agreements[reference].state
        with self.context.row(rows[0]):
            self._approve(reference, rows)
        for row in rows:
            with self.context.row(row):
                self._sign(row)
        with self.context.row(rows[0]):
            self._put_in_force(reference, before)

    def _check_agree(self, rows: list[ParsedRow]) -> None:
        for key in SHARED:
            said = next((row[key] for row in rows if row[key] is not None), None)
            for row in rows:
                if row[key] is not None and row[key] != said:
                    self.context.error(
                        row,
                        key,
                        _(
                            "Les lignes d'une même convention se contredisent : « %(other)s » plus haut.",
                            other=said,
                        ),
                    )

    def _terms(self, reference: str, rows: list[ParsedRow]) -> None:
        said = {key: next((row[key] for row in rows if row[key] is not None), None) for key in SHARED}
        region = self._region(said["region"])
        fields: dict[str, Any] = {key: said[key] for key in TERMS if key in said}
        fields["region_id"] = region.id if region else None
        known = queries.agreement_by_reference(Scope.country(), reference)
        if known is None:
            self._check_scope(fields["region_id"])
            self.agreements[reference] = rules.draft(self.context.actor, reference=reference, **fields)
            self.made.add(reference)
            self.context.created(self.agreements[reference])
            return
        if queries.agreement_by_reference(self.context.scope, reference) is None:
            raise Refused(_("Cette convention n'est pas dans votre périmètre."), "agreement", code="scope")
        self.agreements[reference] = known
        self._change(rules.edit, known, {key: v for key, v in fields.items() if v is not None})

    def _change(self, rule: Any, record: Any, fields: dict[str, Any]) -> None:
        """Only what differs, told field by field; a blank cell never empties anything."""
        changed = {key: value for key, value in fields.items() if getattr(record, key) != value}
        if not changed:
            return
        before = {key: getattr(record, key) for key in changed}
        try:
            rule(self.context.actor, record, **changed)
        except Refused as refusal:
            field = COLUMN_OF.get(refusal.field or "", refusal.field)
            raise Refused(refusal.message, field, code=refusal.code, status=refusal.status) from None
        for key, value in before.items():
            column = COLUMN_OF.get(key, key)
            self.context.updated(record, column, self._shown(key, value), self._shown(key, changed[key]))

    def _shown(self, key: str, value: Any) -> Any:
        if key == "region_id":
            return next((one.code for one in self._regions if one.id == value), None)
        return value

    def _party(self, reference: str, row: ParsedRow) -> None:
        agreement = self.agreements[reference]
        organisation = self._organisation(row["party"])
        known = next((p for p in agreement.parties if p.organisation_id == organisation.id), None)
        terms = {key: row[key] for key in PARTY_TERMS if row[key] is not None}
        if known is None:
            self.parties[row.number] = rules.add_party(
                self.context.actor, agreement, organisation, role=row["party_role"], **terms
            )
            self.context.created(self.parties[row.number])
            return
        if known in self.parties.values():
            raise Refused(_("Cette partie figure deux fois."), "party", code="duplicate")
        self.parties[row.number] = known
        self._change(rules.edit_party, known, {"role": row["party_role"], **terms})

    def _parent(self, reference: str, rows: list[ParsedRow]) -> None:
        name = next((row["parent"] for row in rows if row["parent"] is not None), None)
        if name is None:
            return
        parent = self.agreements.get(name) or queries.agreement_by_reference(Scope.country(), name)
        if parent is None:
            raise Refused(_("Aucune convention ne porte cette référence."), "parent", code="parent")
        agreement = self.agreements[reference]
        if reference in self.made:
            rules.edit(self.context.actor, agreement, parent_id=parent.id)
        else:
            self._change(rules.edit, agreement, {"parent_id": parent.id})

    def _approve(self, reference: str, rows: list[ParsedRow]) -> None:
        if any(self._is_signed(row) for row in rows):
            self._walk(self.agreements[reference], TO_FORCE)

    def _sign(self, row: ParsedRow) -> None:
        party = self.parties[row.number]
        if row["signed_on"] is None or row["signed_on"] == party.signed_on:
            return
        if not self._is_signed(row):
            self.context.warn(
                row,
                "signed_on",
                _("Signature incomplète : indiquez le signataire, sa qualité et la date."),
            )
            return
        before = party.signed_on
        rules.sign(
            self.context.actor,
            party,
            signatory=str(party.signatory),
            capacity=str(party.capacity),
            signed_on=row["signed_on"],
            scope=self.context.scope,
        )
        if row.number not in self.context.created_rows:
            self.context.updated(party, "signed_on", before, party.signed_on)

    def _is_signed(self, row: ParsedRow) -> bool:
        party = self.parties[row.number]
        return bool(row["signed_on"] and party.signatory and party.capacity)

    def _put_in_force(self, reference: str, before: AgreementState) -> None:
        agreement = self.agreements[reference]
        if all(check.holds for check in rules.checks_for_force(agreement)):
            self._walk(agreement, FROM_SIGNATURES)
        if agreement.state is not before and reference not in self.made:
            self.context.updated(agreement, _("État"), str(before.label), str(agreement.state.label))

    def _walk(self, agreement: Agreement, steps: Sequence[tuple[AgreementState, str]]) -> None:
        for state, name in steps:
            if agreement.state is state:
                rules.move(self.context.actor, agreement, name)

    def _organisation(self, name: str) -> Organisation:
        key = fold(name)
        if key not in self._organisations:
            self._organisations[key], _is_new = organisations.find_or_make(self.context.actor, name=name)
        return self._organisations[key]

    @cached_property
    def _regions(self) -> Sequence[Region]:
        return geography.regions(Scope.country())

    def _region(self, said: str | None) -> Region | None:
        if said is None:
            return None
        for region in self._regions:
            if said.zfill(2) == region.code or fold(said) in {fold(region.name_ar), fold(region.name_fr)}:
                return region
        raise Refused(_("Région inconnue : indiquez son code HCP, comme 03."), "region", code="region")

    def _check_scope(self, region_id: int | None) -> None:
        scope = self.context.scope
        if scope.regions is not None and region_id not in scope.regions:
            raise Refused(_("Cette région n'est pas dans votre périmètre."), "region", code="scope")
