"""Taking an import back exactly, or not at all (WORKBOOKS.md: `programme import --undo BATCH`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session

from programme.base import clock, journal
from programme.base.access import Actor, Permission, Role
from programme.base.batches import (
    CREATED,
    DELETED,
    IMPORTING,
    UPDATED,
    ImportBatch,
    ImportChange,
    changes_of,
)
from programme.base.database import Base
from programme.base.holding import hold, hold_name
from programme.base.language import format_instant, ngettext
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.workbook.raw import (
    AT_ONCE,
    Key,
    Values,
    digest,
    insert_again,
    key_of,
    key_text,
    load,
    matching,
    put_back,
    rows_at,
    rows_where,
)

journal.declare({"import:batch:undo": _l("Import annulé")})

Touched = Mapping[str, frozenset[str]]
"""Per table the primary keys, as text, of the rows that an undoing deleted, restored or inserted again."""

Hook = Callable[[Session, Touched], None]
_hooks: list[Hook] = []
_checks: list[Hook] = []


def before_undo(hook: Hook) -> Hook:
    """Have `hook(session, touched)` called before anything is taken back; it raises `Refused` to forbid it."""
    if hook not in _checks:
        _checks.append(hook)
    return hook


def after_undo(hook: Hook) -> Hook:
    """Have `hook(session, touched)` called at the end of every undoing, to rebuild projections."""
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def undo(
    session: Session | scoped_session[Session],
    batch: ImportBatch,
    actor: Actor,
    *,
    base: type[DeclarativeBase] = Base,
) -> None:
    """Restore every row that `batch` touched, in reverse order; the caller commits.

    For whoever made the import, a ministry officer and the operator. Raises `Refused`, changing nothing,
    where the batch was taken back already, a row was changed since, something newer refers to one or a room
    forbids it (`before_undo`). The journal keeps what the import wrote, and gets an entry of its own. `base`
    maps the imported tables.
    """
    real = session() if isinstance(session, scoped_session) else session
    hold_name(real, IMPORTING)
    hold(batch, "undone_at", "undone_by_id")
    _check(batch, actor)
    real.flush()
    changes = changes_of(real, batch)
    touched = _touched(changes)
    for check in _checks:
        check(real, touched)
    point = real.begin_nested()
    try:
        _take_back(real, base, changes)
        real.expire_all()
        for hook in _hooks:
            hook(real, touched)
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


def _touched(changes: Sequence[ImportChange]) -> Touched:
    found: dict[str, set[str]] = {}
    for change in changes:
        found.setdefault(change.table_name, set()).add(change.row_id)
    return {table: frozenset(keys) for table, keys in found.items()}


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
        raise Refused(_("Cet import ne peut pas être annulé : il a écrit en bloc."), code="untracked")


@dataclass(frozen=True, slots=True)
class _Step:
    """One change to take back: its table, the row's key, and the values to compare and to restore."""

    table: sa.Table
    row_id: str
    action: str
    key: Key
    before: Values
    after: Values

    @classmethod
    def of(cls, change: ImportChange, base: type[DeclarativeBase]) -> _Step:
        table = base.metadata.tables[change.table_name]
        before, after = load(change.before), load(change.after)
        identity = after["key"] if change.action == CREATED else before
        return cls(table, change.row_id, change.action, key_of(table, identity), before, after)

    @property
    def identity(self) -> Values:
        return dict(zip((column.name for column in self.table.primary_key), self.key, strict=True))

    def is_as_left(self, found: Values | None) -> bool:
        """Whether the row, as it is now, is as the import left it."""
        if found is None or self.action == DELETED:
            return found is None and self.action == DELETED
        if self.action == CREATED:
            proof = self.after["proof"]
            return digest(found, proof["columns"]) == str(proof["digest"])
        return all(found.get(name) == value for name, value in self.after.items())


def _take_back(session: Session, base: type[DeclarativeBase], changes: Sequence[ImportChange]) -> None:
    steps = [_Step.of(change, base) for change in reversed(changes)]
    _check_unchanged(session, steps)
    for step in steps:
        if step.action == DELETED:
            insert_again(session, step.table, step.before)
    for step in steps:
        if step.action == UPDATED:
            put_back(session, step.table, step.before)
    created = [step for step in steps if step.action == CREATED]
    _free(session, base, created)
    for step in created:
        session.execute(sa.delete(step.table).where(matching(step.table, step.identity)))


def _check_unchanged(session: Session, steps: Sequence[_Step]) -> None:
    keys: dict[sa.Table, list[Key]] = {}
    for step in steps:
        keys.setdefault(step.table, []).append(step.key)
    now = {table: rows_at(session, table, some) for table, some in keys.items()}
    changed = sum(not step.is_as_left(now[step.table].get(step.key)) for step in steps)
    if changed:
        message = ngettext(
            "Cet import ne peut plus être annulé : %(num)s enregistrement a été modifié depuis.",
            "Cet import ne peut plus être annulé : %(num)s enregistrements ont été modifiés depuis.",
            changed,
        )
        raise Refused(message, code="changed")


def _free(session: Session, base: type[DeclarativeBase], created: Sequence[_Step]) -> None:
    """Refuse where rows that are not of this batch refer to created ones; drop projections and bare links."""
    keys: dict[str, list[Values]] = {}
    own = {(step.table.name, step.row_id) for step in created}
    for step in created:
        keys.setdefault(step.table.name, []).append(step.identity)
    mapped = {mapper.local_table for mapper in base.registry.mappers}
    for table in base.metadata.tables.values():
        is_derived = _goes_along(table) or table not in mapped
        for link in table.foreign_key_constraints:
            some = keys.get(link.referred_table.name, [])
            for start in range(0, len(some), AT_ONCE):
                _free_link(session, link, some[start : start + AT_ONCE], own, is_derived)


def _goes_along(table: sa.Table) -> bool:
    """Projections, and the history of one record's own states: it tells nothing that the record itself does not.

    A record that took a step since the import has changed, and its import is refused before.
    """
    return bool(table.info.get("projection") or table.info.get("history"))


def _free_link(
    session: Session,
    link: sa.ForeignKeyConstraint,
    keys: Sequence[Values],
    own: set[tuple[str, str]],
    is_derived: bool,
) -> None:
    """`is_derived`: rows of projections, histories and unmapped tables go with the records they hang on."""
    element, table = link.elements[0], link.table
    if len(link.elements) != 1 or element.column.name not in keys[0]:
        return  # not a link to the primary key: the database itself refuses where it must
    condition = element.parent.in_([key[element.column.name] for key in keys])
    if is_derived:
        session.execute(sa.delete(table).where(condition))
        return
    for found in rows_where(session, table, condition):
        if (table.name, key_text(key_of(table, found))) not in own:
            raise Refused(
                _("Cet import ne peut plus être annulé : des enregistrements plus récents en dépendent."),
                code="referenced",
            )
