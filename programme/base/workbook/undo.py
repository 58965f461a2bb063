"""Taking an import back exactly, or not at all (WORKBOOKS.md: `programme import --undo BATCH`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from programme.base import clock, journal
from programme.base.access import Actor, Permission, Role
from programme.base.batches import CREATED, DELETED, UPDATED, ImportBatch, ImportChange, changes_of
from programme.base.database import Base
from programme.base.language import format_instant, ngettext
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.raw import (
    AT_ONCE,
    Values,
    digest,
    insert_again,
    key_of,
    key_text,
    load,
    matching,
    put_back,
    rows_where,
)

Touched = Mapping[str, frozenset[str]]
"""Per table the primary keys, as text, of the rows that an undoing deleted, restored or inserted again."""

Hook = Callable[[Session, Touched], None]
_hooks: list[Hook] = []


def after_undo(hook: Hook) -> Hook:
    """Have `hook(session, touched)` called at the end of every undoing: rooms rebuild their projections in it."""
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def undo(session: Session | scoped_session[Session], batch: ImportBatch, actor: Actor) -> None:
    """Restore every row that `batch` touched, in reverse order; the caller commits.

    For whoever made the import, a ministry officer and the operator. Raises `Refused`, changing nothing,
    where the batch was taken back already, a row was changed since or something newer refers to one. The
    journal keeps what the import wrote, and gets an entry of its own.
    """
    real = session() if isinstance(session, scoped_session) else session
    _check(batch, actor)
    real.flush()
    changes = changes_of(real, batch)
    point = real.begin_nested()
    try:
        _take_back(real, changes)
        touched: dict[str, set[str]] = {}
        for change in changes:
            touched.setdefault(change.table_name, set()).add(change.row_id)
        real.expire_all()
        for hook in _hooks:
            hook(real, {table: frozenset(keys) for table, keys in touched.items()})
        batch.undone_at, batch.undone_by_id = clock.now(), actor.account_id
        journal.record(real, actor, "import:batch:undo", batch, after={"batch": batch.code})
        real.flush()
    except IntegrityError as clash:
        point.rollback()
        raise Refused(_("Cet import ne peut plus être annulé : ses données servent ailleurs.")) from clash
    except BaseException:
        point.rollback()
        raise
    point.commit()


def _check(batch: ImportBatch, actor: Actor) -> None:
    actor.must(Permission.IMPORT_RUN)
    is_operator = actor.account_id is None and actor.role is None
    if not (is_operator or actor.role is Role.MINISTRY_OFFICER or batch.made_by_id == actor.account_id):
        raise Refused(_("Seul l'auteur d'un import peut l'annuler."), code="permission", status=403)
    if batch.undone_at is not None:
        raise Refused(
            _("Cet import a déjà été annulé le %(when)s.", when=format_instant(batch.undone_at)),
            code="undone",
        )
    if batch.untracked:
        raise Refused(
            _("Cet import ne peut pas être annulé : il a écrit des totaux en bloc."), code="untracked"
        )


def _take_back(session: Session, changes: Sequence[ImportChange]) -> None:
    backwards = list(reversed(changes))
    changed = sum(not _is_as_left(session, change) for change in backwards)
    if changed:
        raise Refused(
            ngettext(
                "Cet import ne peut plus être annulé : %(num)s enregistrement a été modifié depuis.",
                "Cet import ne peut plus être annulé : %(num)s enregistrements ont été modifiés depuis.",
                changed,
            ),
            code="changed",
        )
    for change in backwards:
        if change.action == DELETED:
            insert_again(session, _table(change), load(change.before))
    for change in backwards:
        if change.action == UPDATED:
            put_back(session, _table(change), load(change.before))
    created = [change for change in backwards if change.action == CREATED]
    _free(session, created)
    for change in created:
        table = _table(change)
        session.execute(sa.delete(table).where(matching(table, load(change.after)["key"])))


def _table(change: ImportChange) -> sa.Table:
    return Base.metadata.tables[change.table_name]


def _is_as_left(session: Session, change: ImportChange) -> bool:
    """Whether the row is still as the import left it."""
    table = _table(change)
    if change.action == DELETED:
        return not rows_where(session, table, matching(table, load(change.before)))
    after = load(change.after)
    found = rows_where(session, table, matching(table, after["key"] if change.action == CREATED else after))
    if not found:
        return False
    if change.action == CREATED:
        return digest(found[0], after["proof"]["columns"]) == str(after["proof"]["digest"])
    return all(found[0].get(name) == value for name, value in after.items())


def _free(session: Session, created: Sequence[ImportChange]) -> None:
    """Refuse where rows that are not of this batch refer to created ones; drop projections and bare links."""
    keys: dict[str, list[Values]] = {}
    own = {(change.table_name, change.row_id) for change in created}
    for change in created:
        keys.setdefault(change.table_name, []).append(load(change.after)["key"])
    for table in Base.metadata.tables.values():
        for link in table.foreign_key_constraints:
            for start in range(0, len(keys.get(link.referred_table.name, ())), AT_ONCE):
                part = keys[link.referred_table.name][start : start + AT_ONCE]
                _free_link(session, table, link, part, own)


def _free_link(
    session: Session,
    table: sa.Table,
    link: sa.ForeignKeyConstraint,
    keys: Sequence[Values],
    own: set[tuple[str, str]],
) -> None:
    element = link.elements[0]
    if len(link.elements) != 1 or element.column.name not in keys[0]:
        return  # not a link to the primary key: the database itself refuses where it must
    condition = element.parent.in_([key[element.column.name] for key in keys])
    if table.info.get("projection") or _is_bare(table):
        session.execute(sa.delete(table).where(condition))
        return
    names = [column.name for column in table.primary_key]
    for found in rows_where(session, table, condition):
        if names and (table.name, key_text(key_of(table, found))) not in own:
            raise Refused(
                _("Cet import ne peut plus être annulé : des enregistrements plus récents en dépendent."),
                code="referenced",
            )


def _is_bare(table: sa.Table) -> bool:
    """A table of links that no class maps: its rows live and die with the records they join."""
    return all(table is not mapper.local_table for mapper in Base.registry.mappers)
