"""Registering, editing and finding associations (RULES A1, A2, A4, A5)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa

from programme.base import journal
from programme.base.access import Actor, Role, Scope
from programme.base.cleaning import Oddity
from programme.base.refusals import Refused
from regions.associations import fields, queries, rules
from regions.associations.models import Association, AssociationSuspicion, AssociationWord, ReceiptKind
from regions.associations.queries import Filters
from tests.factories.associations import association, commune, province, region

SYSTEM = Actor.system()
READER = Actor.of(1, "قارئ", Role.AUDITOR)
REPRESENTATIVE = Actor.of(1, "ممثلة", Role.ASSOCIATION_REPRESENTATIVE)


def names(filters: Filters, scope: Scope | None = None) -> list[str]:
    return [row.name_ar for row in queries.associations(scope or Scope.country(), filters).rows]


def test_search_folds_arabic_and_french(session: Any) -> None:
    association("جمعية الأمَل للتنمية", name_fr="Association Été solidaire")
    association("جمعية الوردة", name_fr="Association La Rose")
    assert names(Filters(q="الامل")) == ["جمعية الأمَل للتنمية"]
    assert names(Filters(q="أمل")) == ["جمعية الأمَل للتنمية"]
    assert names(Filters(q="ete")) == ["جمعية الأمَل للتنمية"]
    assert names(Filters(q="ete rose")) == []
    assert len(names(Filters(q="جمعية"))) == 2


def test_search_finds_receipt_and_place(session: Any) -> None:
    made = association("جمعية الوردة", receipt_no="١٢ / 2023", commune_id=commune().id)
    association("جمعية السلام", province_code="01.511")
    assert made.receipt_no == "12/2023"
    assert names(Filters(q="12/2023")) == ["جمعية الوردة"]
    assert names(Filters(q=province().name_fr)) == ["جمعية الوردة"]
    assert names(Filters(q=str(commune().name_ar))) == ["جمعية الوردة"]


def test_odd_values_are_kept_flagged_and_their_raw_input_too(session: Any) -> None:
    made = association(phone="12", ice="123", rib="9", email="a@b")
    assert (made.phone, made.ice, made.rib) == ("12", "123", "9")
    assert set(fields.oddities(made)) == {Oddity.PHONE, Oddity.ICE, Oddity.RIB, Oddity.EMAIL}
    rules.edit_association(SYSTEM, made, phone="\u200f٠٦ ١٢ ٣٤ ٥٦ ٧٨")
    assert made.phone == "+212612345678"
    assert Oddity.PHONE not in fields.oddities(made)
    assert json.loads(made.raw or "")["phone"] == "\u200f٠٦ ١٢ ٣٤ ٥٦ ٧٨"


def test_places_must_lie_in_each_other(session: Any) -> None:
    with pytest.raises(Refused) as refused:
        rules.register_association(
            SYSTEM, name_ar="جمعية", region_id=region("01").id, province_id=province().id
        )
    assert refused.value.field == "province_id"
    with pytest.raises(Refused) as refused:
        association(commune_id=commune("01.511").id)
    assert refused.value.field == "commune_id"
    with pytest.raises(Refused) as refused:
        rules.register_association(SYSTEM, name_ar="جمعية", region_id=0)
    assert refused.value.field == "region_id"


def test_a_receipt_belongs_to_one_record_of_the_province(session: Any) -> None:
    association(receipt_no="7/2021")
    with pytest.raises(Refused) as refused:
        association(receipt_no="7 / 2021")
    assert refused.value.field == "receipt_no"
    assert association(receipt_no="7/2021", province_code="01.511").id


def test_a_name_is_needed_and_no_date_lies_ahead(session: Any) -> None:
    with pytest.raises(Refused) as refused:
        rules.register_association(SYSTEM, name_ar="  ", region_id=region().id)
    assert refused.value.field == "name_ar"
    with pytest.raises(Refused) as refused:
        association(founded_on=dt.date(2090, 1, 1))
    assert refused.value.field == "founded_on"
    with pytest.raises(Refused) as refused:
        association(domain="x" * 201)
    assert refused.value.field == "domain"
    with pytest.raises(Refused) as refused:
        association(phone="1" * 41)
    assert refused.value.field == "phone"
    with pytest.raises(TypeError):
        association(colour="red")


def test_an_old_provisional_receipt_is_accepted_with_a_warning(session: Any) -> None:
    made = association(
        receipt_kind=ReceiptKind.PROVISIONAL, receipt_date=dt.date(2023, 1, 1), phone="0612345678"
    )
    assert fields.warnings_of(made, dt.date(2023, 3, 2)) == []
    assert len(fields.warnings_of(made, dt.date(2023, 3, 3))) == 1
    assert queries.provisional_receipts(Scope.country(), dt.date(2023, 3, 3)) == [made.id]
    assert queries.provisional_receipts(Scope.country(), dt.date(2023, 3, 2)) == []


def test_who_may_write(session: Any) -> None:
    made = association()
    for attempt in (
        lambda: association(actor=READER),
        lambda: rules.edit_association(READER, made, phone="0612345678"),
        lambda: rules.edit_association(REPRESENTATIVE, made, name_ar="جمعية أخرى"),
        lambda: rules.find_or_declare(READER, name="ن", receipt_no=None, province_id=None, region_id=1),
        lambda: rules.ask_check(READER, [made]),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.status == 403
    rules.edit_association(REPRESENTATIVE, made, phone="0612345678")
    assert made.phone == "+212612345678"
    assert rules.may_edit(REPRESENTATIVE)
    assert not rules.may_edit_all(REPRESENTATIVE)
    assert not rules.may_edit(READER)


def test_the_journal_holds_no_contact(session: Any) -> None:
    made = association(president="محمد العلوي", phone="0612345678")
    rules.edit_association(SYSTEM, made, phone="0612345679", domain="بيئة")
    rules.edit_association(SYSTEM, made, domain="بيئة")
    session.commit()
    entries = queries.history_of(Scope.country(), made)
    assert [entry.event for entry in entries] == [
        "association:record:edit",
        "association:record:register",
    ]
    assert json.loads(entries[0].after or "") == {"domain": "بيئة", "phone": journal.HIDDEN}
    assert json.loads(entries[0].before or "") == {"domain": None}
    assert "العلوي" not in (entries[1].after or "")
    assert queries.history_of(Scope(), made) == []


def test_find_by_receipt_then_by_name(session: Any) -> None:
    made = association("جمعية الأمل للتنمية", receipt_no="5/2020", name_fr="Association Espoir")
    place = {"province_id": made.province_id, "region_id": made.region_id}
    find = queries.find_association
    assert find(receipt_no=" ٥/2020", **place) is made
    assert find(receipt_no="5/2020", region_id=made.region_id) is made
    assert find(name="الامل للتنميه", **place) is made
    assert find(name="Espoir", **place) is made
    assert find(name="الامل للتنميه", receipt_no="6/2020", **place) is None
    assert find(name="الامل للتنميه", receipt_no="6/2020") is None
    assert find(name="جمعية أخرى", **place) is None
    association("الأمل للتنمية", receipt_no="8/2020")
    assert find(name="الامل للتنميه", **place) is None


def test_a_merged_record_leads_to_the_one_that_counts(session: Any) -> None:
    kept, gone = association("جمعية الأمل"), association("جمعية الامل", receipt_no="9/2020")
    gone.merged_into_id = kept.id
    session.flush()
    place = {"province_id": kept.province_id, "region_id": kept.region_id}
    assert queries.find_association(receipt_no="9/2020", **place) is kept
    assert names(Filters()) == ["جمعية الأمل"]


def test_find_or_declare(session: Any) -> None:
    place = {"province_id": None, "region_id": region().id}
    declaring = Actor.of(1, "ممثلة", Role.ASSOCIATION_REPRESENTATIVE)
    made, is_new = rules.find_or_declare(declaring, name="Association Espoir", receipt_no="", **place)
    assert is_new
    assert (made.receipt_no, made.name_fr) == (None, "Association Espoir")
    again, is_new = rules.find_or_declare(declaring, name="association  ESPOIR", receipt_no=None, **place)
    assert again is made
    assert not is_new


def test_a_record_without_province_is_found_by_its_receipt(session: Any) -> None:
    place = region()
    made, _new = rules.find_or_declare(
        SYSTEM, name="جمعية النور", receipt_no="3/2019", province_id=None, region_id=place.id
    )
    found = queries.find_association(receipt_no="3/2019", province_id=province().id, region_id=place.id)
    assert found is made
    with pytest.raises(Refused):
        rules.register_association(SYSTEM, name_ar="جمعية", receipt_no="3/2019", region_id=place.id)


def test_suspected_duplicates_are_suggested_once_and_the_decision_remembered(session: Any) -> None:
    first = association("جمعية الأمل للتنمية القروية")
    second = association("الامل للتنميه القرويه")
    near = association("جمعية الأمل للتنمية القرويا")
    association("جمعية الأمل للتنمية القروية", province_code="01.511")
    pairs = queries.suspicions(Scope.country())
    assert [(p.first_id, p.second_id) for p in pairs] == [
        (first.id, second.id),
        (first.id, near.id),
        (second.id, near.id),
    ]
    assert pairs[0].score == 100
    assert 78 <= pairs[1].score < 100
    assert len(queries.suspects_of(Scope.country(), near)) == 2
    rules.decide_distinct(SYSTEM, pairs[0])
    assert rules.detect([first, second]) == []
    with pytest.raises(Refused):
        rules.decide_distinct(SYSTEM, pairs[0])
    rules.reopen(SYSTEM, pairs[0])
    assert len(queries.suspicions(Scope.country())) == 3
    assert queries.suspicions(Scope(regions=frozenset({region("01").id}))) == []
    assert queries.get_suspicion(Scope(regions=frozenset({region("01").id})), pairs[0].id) is None
    assert queries.get_suspicion(Scope.country(), pairs[0].id) is pairs[0]


def test_a_changed_name_is_compared_again(session: Any) -> None:
    association("جمعية السلام")
    other = association("جمعية الوردة")
    assert session.scalar(sa.select(sa.func.count()).select_from(AssociationSuspicion)) == 0
    rules.edit_association(SYSTEM, other, name_ar="السلام")
    assert len(queries.suspects_of(Scope.country(), other)) == 1
    assert names(Filters(q="الوردة")) == []


def test_the_words_rebuilt_are_the_words_written(session: Any) -> None:
    made = association("جمعية الأمل", name_fr="Espoir", domain="بيئة")
    association("جمعية السلام", receipt_kind=ReceiptKind.FINAL)
    rules.edit_association(SYSTEM, made, name_fr="Lumière", domain=None)

    def every() -> list[tuple[int, str]]:
        rows = session.execute(sa.select(AssociationWord.association_id, AssociationWord.word))
        return sorted((row[0], row[1]) for row in rows)

    written = every()
    assert rules.rebuild_words() == 2
    assert every() == written


def test_marked_to_be_checked(session: Any) -> None:
    first, second = association(phone="1"), association()
    assert rules.ask_check(SYSTEM, [first, second]) == 2
    assert rules.ask_check(SYSTEM, [first]) == 0
    assert len(names(Filters(to_check=True))) == 2
    rules.edit_association(SYSTEM, first, phone="0612345678")
    assert fields.is_to_check(first)
    assert fields.oddities(first) == []
    rules.settle_check(SYSTEM, first)
    assert names(Filters(to_check=True)) == [second.name_ar]
    with pytest.raises(Refused):
        rules.settle_check(SYSTEM, first)


def test_the_sort_key_has_no_form_word() -> None:
    assert fields.sort_key_of("جمعية الأمل") == "الامل"
    assert fields.sort_key_of("جمعية") == "جمعيه"
    assert Association.__tablename__ == "association"
