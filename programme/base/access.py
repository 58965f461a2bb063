"""Who may do what, and on which records: the one matrix, the actor and the scope (DESIGN.md section 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import Labelled

P = ParamSpec("P")
R = TypeVar("R")
View = TypeVar("View", bound=Callable[..., Any])


class Role(Labelled):
    """The roles of MISSION.md; an account has exactly one."""

    ADMINISTRATOR = "administrator", _l("Administrateur")
    MINISTRY_OFFICER = "ministry_officer", _l("Cadre du ministère")
    REGIONAL_OFFICER = "regional_officer", _l("Responsable régional")
    REGIONAL_PARTNER = "regional_partner", _l("Partenaire régional")
    IMPLEMENTER = "implementer", _l("Opérateur de mise en œuvre")
    TRAINER = "trainer", _l("Formateur")
    ASSOCIATION_REPRESENTATIVE = "association_representative", _l("Représentant d'association")
    TRAINEE = "trainee", _l("Bénéficiaire")
    AUDITOR = "auditor", _l("Auditeur")


class Permission(StrEnum):
    """`resource:action`, ordered by resource. `read` opens pages, `write` enters facts, the rest name their verb.

    `trainee:read` shows named persons; `trainee:identify` shows a full national id and is journalled;
    `report:read` gives totals; `report:personal` adds lists of persons. `request:*` are requests of persons about
    their own data, `own:request` makes one about oneself; `privacy:*` are consent texts and retention.
    """

    ACCOUNT_READ = "account:read"
    ACCOUNT_WRITE = "account:write"
    AGREEMENT_READ = "agreement:read"
    AGREEMENT_WRITE = "agreement:write"
    AGREEMENT_APPROVE = "agreement:approve"
    AGREEMENT_SIGN = "agreement:sign"
    ASSOCIATION_READ = "association:read"
    ASSOCIATION_WRITE = "association:write"
    ATTENDANCE_WRITE = "attendance:write"
    ATTENDANCE_CORRECT = "attendance:correct"
    COHORT_READ = "cohort:read"
    COHORT_WRITE = "cohort:write"
    HOME_READ = "home:read"
    IMPORT_RUN = "import:run"
    JOURNAL_READ = "journal:read"
    MATRIX_READ = "matrix:read"
    OWN_READ = "own:read"
    OWN_REQUEST = "own:request"
    PRIVACY_READ = "privacy:read"
    PRIVACY_WRITE = "privacy:write"
    PROGRAMME_READ = "programme:read"
    PROGRAMME_WRITE = "programme:write"
    REACHED_READ = "reached:read"
    REGION_READ = "region:read"
    REPORT_READ = "report:read"
    REPORT_PERSONAL = "report:personal"
    REQUEST_READ = "request:read"
    REQUEST_WRITE = "request:write"
    REQUEST_DECIDE = "request:decide"
    SEARCH_READ = "search:read"
    SESSION_READ = "session:read"
    SESSION_WRITE = "session:write"
    SESSION_SUBMIT = "session:submit"
    SESSION_VALIDATE = "session:validate"
    TRAINEE_READ = "trainee:read"
    TRAINEE_WRITE = "trainee:write"
    TRAINEE_IDENTIFY = "trainee:identify"
    TRAINEE_DECIDE = "trainee:decide"
    TRANSFER_READ = "transfer:read"
    TRANSFER_DECLARE = "transfer:declare"
    TRANSFER_VALIDATE = "transfer:validate"


_P = Permission
_EVERYONE = {_P.HOME_READ, _P.OWN_READ, _P.MATRIX_READ}
_READ_COUNTRY = _EVERYONE | {
    _P.REGION_READ,
    _P.PROGRAMME_READ,
    _P.ASSOCIATION_READ,
    _P.COHORT_READ,
    _P.TRAINEE_READ,
    _P.SESSION_READ,
    _P.TRANSFER_READ,
    _P.REACHED_READ,
    _P.AGREEMENT_READ,
    _P.REPORT_READ,
    _P.REPORT_PERSONAL,
    _P.SEARCH_READ,
}
_RUN_REGION = _READ_COUNTRY | {
    _P.ASSOCIATION_WRITE,
    _P.COHORT_WRITE,
    _P.TRAINEE_WRITE,
    _P.TRAINEE_IDENTIFY,
    _P.TRAINEE_DECIDE,
    _P.SESSION_WRITE,
    _P.ATTENDANCE_WRITE,
    _P.ATTENDANCE_CORRECT,
    _P.SESSION_SUBMIT,
    _P.SESSION_VALIDATE,
    _P.TRANSFER_DECLARE,
    _P.TRANSFER_VALIDATE,
    _P.IMPORT_RUN,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.MINISTRY_OFFICER: frozenset(
        _RUN_REGION
        | {_P.PROGRAMME_WRITE, _P.AGREEMENT_WRITE, _P.AGREEMENT_APPROVE, _P.AGREEMENT_SIGN, _P.JOURNAL_READ}
        | {_P.REQUEST_READ, _P.REQUEST_WRITE, _P.REQUEST_DECIDE, _P.PRIVACY_READ, _P.PRIVACY_WRITE}
    ),
    Role.REGIONAL_OFFICER: frozenset(
        _RUN_REGION | {_P.AGREEMENT_WRITE, _P.REQUEST_READ, _P.REQUEST_WRITE, _P.PRIVACY_READ}
    ),
    Role.REGIONAL_PARTNER: frozenset(
        _EVERYONE | {_P.REGION_READ, _P.AGREEMENT_READ, _P.AGREEMENT_SIGN, _P.REPORT_READ, _P.SEARCH_READ}
    ),
    Role.IMPLEMENTER: frozenset(
        _READ_COUNTRY
        | {
            _P.ASSOCIATION_WRITE,
            _P.TRAINEE_WRITE,
            _P.SESSION_WRITE,
            _P.ATTENDANCE_WRITE,
            _P.SESSION_SUBMIT,
            _P.TRANSFER_DECLARE,
            _P.AGREEMENT_SIGN,
            _P.IMPORT_RUN,
        }
    ),
    Role.TRAINER: frozenset(
        _EVERYONE | {_P.SESSION_READ, _P.ATTENDANCE_WRITE, _P.SESSION_SUBMIT, _P.SEARCH_READ}
    ),
    Role.ASSOCIATION_REPRESENTATIVE: frozenset(
        _EVERYONE
        | {
            _P.ASSOCIATION_READ,
            _P.COHORT_READ,
            _P.TRAINEE_READ,
            _P.TRAINEE_WRITE,
            _P.TRANSFER_READ,
            _P.TRANSFER_DECLARE,
            _P.SEARCH_READ,
        }
    ),
    Role.TRAINEE: frozenset(_EVERYONE | {_P.OWN_REQUEST}),
    Role.ADMINISTRATOR: frozenset(_EVERYONE | {_P.ACCOUNT_READ, _P.ACCOUNT_WRITE, _P.JOURNAL_READ}),
    Role.AUDITOR: frozenset(
        _READ_COUNTRY | {_P.JOURNAL_READ, _P.ACCOUNT_READ, _P.REQUEST_READ, _P.PRIVACY_READ}
    ),
}


SYSTEM = "programme"
"""What commands and start-up are called in the journal."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts in this request or command; made once, never changed."""

    account_id: int | None
    name: str
    role: Role | None
    permissions: frozenset[Permission]

    def may(self, permission: Permission | str) -> bool:
        return Permission(permission) in self.permissions

    def must(self, permission: Permission) -> None:
        """Raise `Refused` (403) without the permission."""
        if permission not in self.permissions:
            raise Refused(_("Vous n'avez pas le droit de faire cela."), code="permission", status=403)

    @classmethod
    def of(cls, account_id: int, name: str, role: Role) -> Actor:
        return cls(account_id, name, role, GRANTS[role])

    @classmethod
    def system(cls) -> Actor:
        """The operator at the command line: every permission, no account."""
        return cls(None, SYSTEM, None, frozenset(Permission))


Ids = frozenset[int]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records an actor meets. `regions` None is the whole country; empty everywhere is nothing.

    A record is visible where any of its own dimensions is in the scope. `territory` holds regions whose
    registry and totals may be read without their files (partners, implementers). `agreements` holds
    references, because a cohort names its agreement before it may be recorded; `placed` says the region of
    those that have one. `within` is the region to which the scope was narrowed.
    """

    regions: Ids | None = frozenset()
    territory: Ids = frozenset()
    agreements: frozenset[str] = frozenset()
    organisations: Ids = frozenset()
    associations: Ids = frozenset()
    trainers: Ids = frozenset()
    persons: Ids = frozenset()
    placed: frozenset[tuple[str, int]] = frozenset()
    within: int | None = None

    @classmethod
    def country(cls) -> Scope:
        return cls(regions=None)

    @property
    def is_country(self) -> bool:
        return self.regions is None

    def sees_region(self, region_id: int) -> bool:
        """Whether the totals and registry of this region may be read."""
        return self.regions is None or region_id in self.regions or region_id in self.territory

    def narrowed(self, region_id: int) -> Scope:
        """The part of this scope inside one region; nothing where the region is outside it.

        Agreements of other regions are left out; those of the whole country stay.
        """
        if not self.sees_region(region_id):
            return Scope()
        only = frozenset({region_id})
        elsewhere = {reference for reference, place in self.placed if place != region_id}
        return replace(
            self,
            within=region_id,
            agreements=self.agreements - elsewhere,
            regions=only if self.regions is None or region_id in self.regions else frozenset(),
            territory=only if region_id in self.territory else frozenset(),
        )


@dataclass(frozen=True, slots=True)
class Access:
    """What a view declared about itself, read by the edge and by the access walk."""

    permission: Permission | None
    is_public: bool = False
    saves: bool = field(default=False)
    uploads: bool = field(default=False)
    sensitive: bool = field(default=False)


ACCESS = "_house_access"
UPLOAD_BYTES = 16 * 1024 * 1024


def requires(
    permission: Permission, *, saves: bool = False, uploads: bool = False, sensitive: bool = False
) -> Callable[[View], View]:
    """Open a view to the roles that hold `permission`.

    `saves`: a 2xx answer commits too (grids, API). `uploads`: files up to `UPLOAD_BYTES` are taken.
    `sensitive`: whoever last proved in this browser who they are more than ten minutes ago proves it again
    first, on reading and on sending; `programme.base.confirming` is for views that are sensitive at times only.
    """

    def mark(view: View) -> View:
        setattr(view, ACCESS, Access(permission, saves=saves, uploads=uploads, sensitive=sensitive))
        return view

    return mark


def public(view: View) -> View:
    """Open a view to everyone, signed in or not. Every view is either this or `requires`."""
    setattr(view, ACCESS, Access(None, is_public=True))
    return view


def access_of(view: Callable[..., Any] | None) -> Access | None:
    """What `view` declared, or None: an undeclared view fails the build and is refused at the edge."""
    return getattr(view, ACCESS, None)


def acting(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard a rule whose first argument is the actor: refused (403) without the permission."""

    def guard(rule: Callable[P, R]) -> Callable[P, R]:
        @wraps(rule)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = args[0]
            assert isinstance(actor, Actor)
            actor.must(permission)
            return rule(*args, **kwargs)

        return checked

    return guard
