"""Where an erasure meets others: savepoints, commits that fail, folded copies, accounts, exports, doubtful pairs."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from cohorts.people import rules as people
from cohorts.people.models import PairState, Person, PersonPair
from cohorts.sessions.models import Session
from cohorts.transfer.models import TransferActivity, TransferParticipation
from programme.base import clock
from programme.base.access import Role
from programme.base.accounts import Account
from programme.base.database import Base
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.config import Settings
from programme.exports.models import ExportState, PreparedExport
from programme.privacy import rules
from programme.privacy.models import PersonalRequest, RequestState
from programme.privacy.queries import outlived
from programme.privacy.queries.holdings import APART, FOLLOWING, REFERENCE
from programme.privacy.rules import again, listed, parts
from programme.privacy.rules.erasure import plan
from regions.associations import fields
from regions.associations.models import Association, AssociationWord
from regions.associations.rules import write_words
from tests.factories import partnerships
from tests.programme.privacy.scene import SYSTEM, decided


def stands(settings: Settings) -> tuple[bool, bool]:
    """Whether the mail about her is still there, and whether she is listed."""
    return (settings.instance / "outbox" / "1.eml").exists(), (settings.instance / listed.FILE).exists()


def test_nothing_leaves_at_a_savepoint_or_a_commit_that_fails(whole: Person, settings: Settings) -> None:
    def fail(_session: object) -> None:
        raise RuntimeError("the disk is full")

    with db.session.begin_nested():
        rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    assert stands(settings) == (True, False)
    sa.event.listen(db.session(), "before_commit", fail)
    try:
        with pytest.raises(RuntimeError):
            db.session.commit()
    finally:
        sa.event.remove(db.session(), "before_commit", fail)
    db.session.rollback()
    db.session.commit()
    assert stands(settings) == (True, False)
    with db.session.begin_nested():
        rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.commit()
    assert stands(settings) == (False, True)


def test_what_a_savepoint_takes_back_is_not_done_at_the_commit(whole: Person, settings: Settings) -> None:
    inner = db.session.begin_nested()
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    inner.rollback()
    db.session.commit()
    assert stands(settings) == (True, False)


def test_files_go_where_the_list_cannot_be_written(
    whole: Person, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (settings.instance / listed.FILE).mkdir()
    try:
        rules.erase(SYSTEM, whole, decided(whole), settings.instance)
        db.session.commit()
    finally:
        (settings.instance / listed.FILE).rmdir()
    assert not stands(settings)[0]
    assert "not written: IsADirectoryError" in caplog.text
    assert again.complete(settings.instance) == 1


def test_every_folded_copy_follows_its_text() -> None:
    found = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if getattr(column.type.dialect_impl(postgresql.dialect()), "collation", None) == "C"
        if table.name not in REFERENCE | APART
    }
    assert found == set(parts.FOLDS)
    assert {column for _table, column in found} <= set(FOLLOWING)


def test_what_is_worded_anew_is_found_by_its_new_words_only(whole: Person, settings: Settings) -> None:
    agreement = partnerships.agreement(parties=0, title_fr="Convention Zhor Benatiq")
    assert "benatiq" in agreement.search_key
    association = db.session.scalars(sa.select(Association)).first()
    assert association is not None
    association.name_ar = "جمعية الأمل زهور بنعتيق"
    association.sort_key = association.match_key = association.compare_key = "زهور بنعتيق"
    db.session.flush()
    write_words([association])
    ident = association.id
    db.session.commit()
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.commit()
    db.session.expire_all()
    assert "benatiq" not in agreement.search_key
    assert "convention" in agreement.search_key
    assert "بنعتيق" not in association.name_ar
    assert association.sort_key == fields.sort_key_of(association.name_ar) == "الامل"
    assert association.match_key == association.compare_key == "امل"
    kept = sa.select(AssociationWord.word).where(AssociationWord.association_id == ident)
    found = set(db.session.scalars(kept))
    assert any("امل" in word for word in found)
    assert [word for word in found if "بنعتيق" in word or "زهور" in word] == []


def test_the_name_and_address_of_her_account_are_hers_too(whole: Person, settings: Settings) -> None:
    account = db.session.scalars(sa.select(Account).where(Account.role == Role.TRAINEE)).one()
    account.name, account.email = "Lalla Zoubida", "lz@perso.exemple.ma"
    taught = db.session.scalars(sa.select(Session)).one()
    taught.notes = "Écrire à lz@perso.exemple.ma, dite Lalla Zoubida"
    (settings.instance / "outbox" / "2.eml").write_bytes(b"To: lz@perso.exemple.ma\nSubject: x\n\nBonjour")
    db.session.commit()
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.commit()
    db.session.expire_all()
    assert "perso" not in (taught.notes or "")
    assert "Zoubida" not in (taught.notes or "")
    assert not (settings.instance / "outbox" / "2.eml").exists()


def test_a_record_erased_before_holds_nothing_up(whole: Person, settings: Settings) -> None:
    pair = db.session.scalars(sa.select(PersonPair)).one()
    other = db.session.get_one(Person, pair.second_id if pair.first_id == whole.id else pair.first_id)
    parts.blank(other)
    pair.state = PairState.OPEN
    db.session.commit()
    for state in (PairState.SAME, PairState.DISTINCT):
        with pytest.raises(Refused, match="effacées"):
            people.decide_pair(SYSTEM, pair, state)
    db.session.rollback()
    assert all(check.holds for check in plan(whole).checks)
    pair.state = PairState.SAME
    db.session.commit()
    made = plan(whole)
    assert (made.ids, all(check.holds for check in made.checks)) == ([whole.id], True)
    assert not made.traces.are_in(parts.NAME_FR)
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    with pytest.raises(Refused):
        rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.rollback()


def test_whom_it_is_refused_for_holds_up_nobody(
    whole: Person, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    stuck = people.find_or_make(SYSTEM, name_fr="Bo Li", name_ar="بو لي").person
    given = db.session.scalars(sa.select(TransferActivity)).one()
    given.venue = ("Bo x Li x " * 20)[:199]  # masked, it no longer fits
    db.session.commit()
    ids = [stuck.id, whole.id]
    assert again.erase_all(ids, settings.instance) == 1
    assert [db.session.get_one(Person, one).erased_at is None for one in ids] == [True, False]
    assert "not erased: length" in caplog.text
    assert "Bo" not in caplog.text


def test_an_export_under_way_begins_anew(whole: Person, settings: Settings) -> None:
    owner = db.session.scalars(sa.select(Account)).first()
    assert owner is not None
    made = PreparedExport(
        account_id=owner.id,
        report="people",
        kind="xlsx",
        language="fr",
        parameters="{}",
        state=ExportState.RUNNING,
        attempt=1,
        progress=40,
        asked_at=clock.now(),
        started_at=clock.now(),
        beat_at=clock.now(),
    )
    db.session.add(made)
    db.session.commit()
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.commit()
    db.session.refresh(made)
    assert (made.state, made.attempt, made.progress) == (ExportState.ASKED, 2, 0)


def test_who_gave_a_transfer_lately_or_asked_for_something_has_not_outlived(whole: Person) -> None:
    later = clock.now() + dt.timedelta(days=3660)
    request = db.session.scalars(sa.select(PersonalRequest)).one()
    giver = people.find_or_make(SYSTEM, name_ar="مكونة سابقة").person
    activity = db.session.scalars(sa.select(TransferActivity)).one()
    activity.trainer_id = giver.id
    asker = people.find_or_make(SYSTEM, name_ar="صاحبة طلب").person
    request.person_id = asker.id
    db.session.flush()
    found = outlived.persons(later)
    assert (giver.id in found, asker.id in found) == (True, False)
    db.session.scalars(sa.select(TransferParticipation)).first().on_date = clock.day_of(later)  # type: ignore[union-attr]
    request.state = RequestState.REFUSED
    db.session.flush()
    found = outlived.persons(later)
    assert (giver.id in found, asker.id in found) == (False, True)
