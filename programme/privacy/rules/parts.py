"""The parts of an erasure, each for one kind of place; `erasure` puts them together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cohorts.people.models import Person
from programme.base import clock, journal, redacting
from programme.base.access import Actor
from programme.base.accounts import Account, Delegation, Serves
from programme.base.batches import ImportBatch, ImportChange
from programme.base.database import Base
from programme.base.extensions import db
from programme.base.files import StoredFile
from programme.base.folding import fold, match_key, person_key
from programme.base.journal import HIDDEN, JournalEntry
from programme.base.language import gettext as _
from programme.base.mail import WaitingMail
from programme.base.refusals import Refused
from programme.base.vault import vault
from programme.exports.models import ExportState, PreparedExport
from programme.privacy.models import PersonalRequest
from programme.privacy.queries.holdings import JOURNAL, Holding
from programme.privacy.queries.papers import Paper
from programme.privacy.rules import listed
from programme.privacy.traces import Traces
from regions.associations.fields import sort_key_of
from regions.associations.models import Association
from regions.associations.rules import compared, write_words

NAME_AR, NAME_FR = "معطيات ممحوة", "Données effacées"
"""What a person without a name is called, in lists and on sheets."""
NAMES = frozenset({"name", "name_ar", "name_fr", "president"})
"""Columns that say who somebody is: the same name there is as a rule another person's."""
FOLDS: dict[tuple[str, str], tuple[tuple[str, ...], Callable[[str], str]]] = {
    ("trainer", "name_key"): (("name",), person_key),
    ("sitting", "venue_key"): (("venue",), fold),
    ("association", "sort_key"): (("name_ar",), sort_key_of),
    ("association", "match_key"): (("name_ar",), match_key),
    ("association", "compare_key"): (("name_ar",), compared),
    ("agreement", "search_key"): (("reference", "title_ar", "title_fr"), fold),
    ("organisation", "key_ar"): (("name_ar",), fold),
    ("organisation", "key_fr"): (("name_fr",), fold),
}
"""Folded copies: the columns that each follows, and how. Those of persons are blanked with them."""


def blank(person: Person) -> None:
    """Nothing but what figures count: sex, and that this is one person."""
    person.name_ar, person.name_fr = NAME_AR, NAME_FR
    # A sign that folding drops: no name that is typed ever has this key.
    person.sort_key, person.name_key = fold(NAME_AR), f"#{person.id} {person_key(NAME_AR)}"
    person.national_id_sealed = person.national_id_hash = person.national_id_masked = None
    person.typed_sealed = person.birth_date = person.phone = person.email = None
    person.commune_id, person.is_national_id_odd = None, False
    person.erased_at = clock.now()


def is_anothers_name(one: Holding) -> bool:
    """Whether the text is the name of a record of its own, which may be anybody's who is called so."""
    return one.column in NAMES


def fitting(one: Holding, wording: str) -> str:
    """The wording, or `Refused` where its column has no room for it."""
    kind: Any = Base.metadata.tables[one.table].columns[one.column].type
    if kind.length and len(wording) > kind.length:
        raise Refused(_("Ce texte dépasse %(most)s caractères.", most=kind.length), "texts", code="length")
    return wording


def mask_journal(actor: Actor, words: Mapping[Holding, str | None], accounts: Sequence[int]) -> int:
    """Take the person out of entries, and their name as who acted; answers how many entries changed."""
    changes: dict[int, dict[str, str | None]] = {}
    for one, text in words.items():
        if one.table == JOURNAL and text is not None:
            changes.setdefault(one.key[0], {})[one.column] = text
    acted = sa.select(JournalEntry.sequence).where(
        JournalEntry.actor_id.in_(accounts), JournalEntry.actor_name != HIDDEN
    )
    for sequence in db.session.scalars(acted) if accounts else ():
        changes.setdefault(sequence, {})["actor_name"] = HIDDEN
    if changes:
        redacting.redact(db.session, actor, changes)
    return len(changes)


def reword(actor: Actor, words: Mapping[Holding, str | None]) -> int:
    """Write the new wordings, the folded copies with them; answers how many texts changed."""
    changed = 0
    for one, text in words.items():
        if text is None or one.table == JOURNAL:
            continue
        _write(one, text)
        changed += 1
        if one.table == "import_change":
            _keep_from_undo(int(one.key[0]))
        after = {"column": one.column}
        ident = one.key[0] if len(one.key) == 1 and isinstance(one.key[0], int) else None
        journal.record(db.session, actor, "privacy:text:reword", (one.table, ident), after=after)
    _find_by_new_words({one.key[0] for one, text in words.items() if text and one.table == "association"})
    return changed


def _write(one: Holding, text: str) -> None:
    table = Base.metadata.tables[one.table]
    values: dict[str, Any] = {one.column: text}
    if "version" in table.columns and isinstance(table.c.version.type, sa.Integer):
        values["version"] = table.c.version + 1  # whoever still edits the old text is told
    here = [column == value for column, value in zip(table.primary_key.columns, one.key, strict=True)]
    made: Any = db.session.execute(
        sa.update(table).where(*here, table.c[one.column] == one.text).values(values)
    )
    if made.rowcount != 1:
        raise Refused(_("Un texte a changé entre-temps : relisez-le."), "texts", code="changed")
    _follow(table, one.column, here)


def _follow(table: sa.Table, changed: str, here: Sequence[sa.ColumnElement[bool]]) -> None:
    """Write the folded copies of a column anew from what its row says now."""
    for (name, key), (sources, folding) in FOLDS.items():
        if name != table.name or changed not in sources:
            continue
        told = db.session.execute(sa.select(*(table.c[one] for one in sources)).where(*here)).one()
        room: Any = table.c[key].type
        made = folding(" ".join(str(one or "") for one in told))[: room.length]
        db.session.execute(sa.update(table).where(*here).values({key: made}))


def _find_by_new_words(association_ids: Collection[int]) -> None:
    """The words by which the search finds these associations follow what their records say now."""
    chosen = sa.select(Association).where(Association.id.in_(association_ids)).order_by(Association.id)
    write_words(db.session.scalars(chosen.execution_options(populate_existing=True)).all())


def _keep_from_undo(change_id: int) -> None:
    """An import whose kept rows were changed can no longer be taken back exactly."""
    batch = sa.select(ImportChange.batch_id).where(ImportChange.id == change_id).scalar_subquery()
    db.session.execute(sa.update(ImportBatch).where(ImportBatch.id == batch).values(untracked="erasure"))


def blank_import_rows(person_ids: Sequence[int]) -> None:
    """The former values of these persons that imports keep for being taken back, which then is no longer possible."""
    here = sa.and_(
        ImportChange.table_name == "person", ImportChange.row_id.in_([str(one) for one in person_ids])
    )
    batches = list(db.session.scalars(sa.select(ImportChange.batch_id).where(here).distinct()))
    db.session.execute(sa.update(ImportChange).where(here).values(before=None, after=None))
    db.session.execute(sa.update(ImportBatch).where(ImportBatch.id.in_(batches)).values(untracked="erasure"))


def blank_requests(person_ids: Sequence[int]) -> None:
    """The words of the person's own requests; that they were made and answered stays."""
    chosen = sa.select(PersonalRequest).where(PersonalRequest.person_id.in_(person_ids))
    for one in db.session.scalars(chosen):
        one.asker = one.contact = one.details = one.proof = one.reason = None


def close_accounts(actor: Actor, accounts: Sequence[int], person_ids: Sequence[int]) -> None:
    """Accounts that served nobody else lose name, address and every way in; the others no longer serve the person."""
    db.session.execute(
        sa.delete(Delegation).where(Delegation.kind == Serves.PERSON, Delegation.target_id.in_(person_ids))
    )
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            owns = [key for key in column.foreign_keys if key.column.table.name == "account" and key.ondelete]
            if owns and accounts:
                db.session.execute(sa.delete(table).where(column.in_(accounts)))
    for account in db.session.scalars(sa.select(Account).where(Account.id.in_(accounts))):
        account.email, account.name = f"erased-{account.id}@invalid", HIDDEN
        account.password_hash = account.language = None
        account.is_active = False
        journal.record(db.session, actor, "account:closed", account, after={"is_active": False})


def remove_papers(actor: Actor, papers: Sequence[Paper], folder: Path) -> int:
    """Remove files that are the person's alone, with the records that carry them; gone from the disk at the commit."""
    for one in papers:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if any(key.column.table.name == StoredFile.__tablename__ for key in column.foreign_keys):
                    _detach(table, column, one.file_id)
        db.session.execute(sa.delete(StoredFile).where(StoredFile.id == one.file_id))
        listed.unlink_later(db.session(), [folder / one.stored_name])
        journal.record(db.session, actor, "privacy:file:remove", ("stored_file", one.file_id))
    return len(papers)


def _detach(table: sa.Table, column: sa.Column[Any], file_id: int) -> None:
    if column.nullable:
        db.session.execute(sa.update(table).where(column == file_id).values({column.name: None}))
        return
    owners = list(db.session.scalars(sa.select(table.c.id).where(column == file_id)))
    for other in Base.metadata.sorted_tables:
        for link in other.columns:
            if any(key.column is table.c.id for key in link.foreign_keys) and link.nullable:
                db.session.execute(sa.update(other).where(link.in_(owners)).values({link.name: None}))
    db.session.execute(sa.delete(table).where(table.c.id.in_(owners)))


def drop_mail(traces: Traces) -> None:
    """Messages to or about the person that no server has taken yet; they are sealed, so each is opened."""
    for one in db.session.scalars(sa.select(WaitingMail)):
        if traces.are_in(vault().open(one.sealed)):
            db.session.delete(one)


def forget_exports() -> None:
    """Prepared exports may list the person: they are to be asked for again, and those being made begin anew."""
    ready = sa.update(PreparedExport).where(PreparedExport.state == ExportState.READY)
    db.session.execute(ready.values(state=ExportState.EXPIRED, stored_name=None))
    running = sa.update(PreparedExport).where(PreparedExport.state == ExportState.RUNNING)
    # Another attempt: what the one under way has read is thrown away when it comes to finish.
    again = {"attempt": PreparedExport.attempt + 1, "progress": 0, "started_at": None, "beat_at": None}
    db.session.execute(running.values(state=ExportState.ASKED, **again))
