"""Two regions told apart: whoever serves «Gazelle» (A) must never meet a record of «Girafe Violette» (B)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from cohorts.enrolment.models import Cohort, Enrolment, EnrolmentState, Seat
from cohorts.people import rules as people
from cohorts.people.models import ConsentChannel, ConsentPurpose, Person, PersonPair
from cohorts.sessions.models import (
    Attendance,
    AttendanceStatus,
    HalfDay,
    Session,
    SessionFile,
    SessionState,
    Sitting,
    Trainer,
)
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState
from partnerships.agreements import rules as agreements
from partnerships.agreements.models import AgreementFile, Commitment, PartyRole
from partnerships.organisations.rules import register_organisation
from programme.base import clock, files
from programme.base.access import Actor, Role
from programme.base.accounts import Account, Delegation, Serves
from programme.base.batches import ImportBatch
from programme.base.extensions import db
from programme.base.folding import fold
from programme.privacy import rules as requests
from programme.privacy.models import RequestKind
from regions.associations.models import (
    Association,
    AssociationDocument,
    AssociationSuspicion,
    BureauRole,
    DocumentKind,
    Mandate,
    SuspicionState,
)
from tests.factories.associations import association, province
from tests.factories.cohorts import cohort, enrolment, module, seat
from tests.factories.programmes import regional_programme
from tests.factories.transfers import stepped

SYSTEM = Actor.system()
DAY = dt.date(2023, 9, 9)
PAPER = b"%PDF-1.4\n%%EOF\n"
MARKS = ("Violette", "VIOLETTE", "violette", "بنفسج")
"""Stand in every name, title, code, address and file name of region B, and nowhere else."""


@dataclass(slots=True)
class Side:
    """One region's records: `ids` by the name of the URL argument that takes them."""

    region: str
    province: str
    latin: str
    arabic: str
    ids: dict[str, int | str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def code(self, kind: str) -> str:
        return f"{kind}-{self.latin.upper().replace(' ', '-')}"


@dataclass(slots=True)
class World:
    """What the access tests walk through."""

    mine: Side
    other: Side
    accounts: dict[Role, int]


def build(uploads: Path) -> World:
    """Everything of both regions, and an account of each role that serves region A. Commits."""
    mine = Side("03", "03.231", "Gazelle Rousse", "غزال أحمر")
    other = Side("01", "01.051", "Girafe Violette", "زرافة بنفسج")
    for side in (mine, other):
        _fill(side, uploads)
    made = World(mine, other, {role: _account(role, mine) for role in Role})
    db.session.commit()
    return made


SERVES: dict[Role, tuple[tuple[Serves, str], ...]] = {
    Role.REGIONAL_OFFICER: ((Serves.REGION, "region_id"),),
    Role.REGIONAL_PARTNER: ((Serves.ORGANISATION, "organisation_id"),),
    Role.IMPLEMENTER: ((Serves.ORGANISATION, "organisation_id"),),
    Role.TRAINER: ((Serves.TRAINER, "trainer_id"),),
    Role.ASSOCIATION_REPRESENTATIVE: ((Serves.ASSOCIATION, "association_id"),),
    Role.TRAINEE: ((Serves.PERSON, "person_id"),),
}
"""What an account of each role is delegated, as the ids of its side."""


def _account(role: Role, side: Side) -> int:
    made = Account(
        email=f"{role.value}@{side.latin.split()[-1].lower()}.ma",
        name=f"{side.latin} {role.value}",
        role=role,
    )
    for kind, argument in SERVES.get(role, ()):
        made.delegations.append(Delegation(kind=kind, target_id=int(side.ids[argument])))
    db.session.add(made)
    db.session.flush()
    return made.id


def _fill(side: Side, uploads: Path) -> None:
    place = province(side.province)
    side.ids |= {"region_id": place.region_id, "region_code": side.region, "province_id": place.id}
    host, guest, waiting = _associations(side, uploads)
    _agreement(side, uploads)
    running = regional_programme(side.region)
    side.ids |= {"regional_programme_id": running.id, "module_id": module("M1").id}
    group = cohort(
        side.code("C"),
        side.region,
        name_ar=f"فوج {side.arabic}",
        name_fr=f"Cohorte {side.latin}",
        agreement=side.code("CONV"),
    )
    side.ids["cohort_id"], side.codes["cohort"] = group.id, group.code
    taken = seat(group, host)
    learner = _people(side, taken)
    session = _session(side, group, learner, uploads)
    side.codes["session"] = session.code
    _transfer(side, host, {TransferState.VALIDATED: guest}, waiting, learner.person)
    _batch(side)


def _file(side: Side, uploads: Path) -> files.StoredFile:
    return files.keep(db.session, uploads, PAPER, f"{side.latin}.pdf", None)


def _associations(side: Side, uploads: Path) -> tuple[Association, Association, Association]:
    host, guest, waiting = (
        association(
            f"جمعية {side.arabic} {word}",
            province_code=side.province,
            name_fr=f"Association {side.latin} {word}",
            receipt_no=f"{number}/{side.latin.split()[-1]}",
            president=f"رئيس {side.arabic}",
            email=f"bureau{number}@{side.latin.split()[-1].lower()}.ma",
        )
        for number, word in ((1, "الأولى"), (2, "الثانية"), (3, "الثالثة"))
    )
    minutes = AssociationDocument(
        association_id=host.id, kind=DocumentKind.MINUTES, title=f"PV {side.latin}", file=_file(side, uploads)
    )
    mandate = Mandate(
        association_id=host.id, role=BureauRole.PRESIDENT, name_ar=f"رئيس {side.arabic}", from_on=DAY
    )
    first, second = sorted((host.id, guest.id))
    suspicion = AssociationSuspicion(first_id=first, second_id=second, score=90, state=SuspicionState.OPEN)
    db.session.add_all([minutes, mandate])
    db.session.flush()
    known = db.session.query(AssociationSuspicion).filter_by(first_id=first, second_id=second).one_or_none()
    if known is None:
        db.session.add(suspicion)
        db.session.flush()
    side.ids |= {
        "association_id": host.id,
        "guest_id": guest.id,
        "document_id": minutes.id,
        "mandate_id": mandate.id,
        "suspicion_id": (known or suspicion).id,
    }
    return host, guest, waiting


def _agreement(side: Side, uploads: Path) -> None:
    partner = register_organisation(
        SYSTEM,
        name_ar=f"هيأة {side.arabic}",
        name_fr=f"Organisme {side.latin}",
        region_id=int(side.ids["region_id"]),
    )
    made = agreements.draft(
        SYSTEM,
        reference=side.code("CONV"),
        kind="tripartite",
        title_ar=f"اتفاقية {side.arabic}",
        title_fr=f"Convention {side.latin}",
        region_id=int(side.ids["region_id"]),
        starts_on=dt.date(2023, 6, 14),
        ends_on=dt.date(2030, 12, 31),
    )
    party = agreements.add_party(SYSTEM, made, partner, role=PartyRole.IMPLEMENTER)
    archived = AgreementFile(
        agreement_id=made.id, title=f"Texte {side.latin}", file_id=_file(side, uploads).id
    )
    owed = Commitment(
        agreement_id=made.id,
        party_id=party.id,
        article="3",
        text_ar=f"التزام {side.arabic}",
        text_fr=f"Engagement {side.latin}",
        due_on=dt.date(2024, 1, 1),
        evidence_id=_file(side, uploads).id,
        kept_on=DAY,
    )
    db.session.add_all([archived, owed])
    db.session.flush()
    side.codes["agreement"] = made.reference
    side.ids |= {
        "organisation_id": partner.id,
        "agreement_id": made.id,
        "party_id": party.id,
        "agreement_file_id": archived.id,
        "commitment_id": owed.id,
    }


def _people(side: Side, taken: Seat) -> Enrolment:
    learner = people.find_or_make(
        SYSTEM,
        name_ar=f"متدرب {side.arabic}",
        name_fr=f"Stagiaire {side.latin}",
        national_id=f"ZZ{side.region}1234",
        birth_date=dt.date(1990, 1, 1),
        phone=f"06000000{side.region}",
        email=f"stagiaire@{side.latin.split()[-1].lower()}.ma",
    ).person
    consent = people.give_consent(
        SYSTEM,
        learner,
        purpose=ConsentPurpose.PHOTO,
        text_version="1",
        language="ar",
        channel=ConsentChannel.PAPER,
        given_on=DAY,
    )
    enrolled = enrolment(taken, learner)
    nominated = enrolment(
        taken,
        people.find_or_make(SYSTEM, name_ar=f"مرشح {side.arabic}", name_fr=f"Candidat {side.latin}").person,
        state=EnrolmentState.NOMINATED,
    )
    pair = PersonPair(first_id=learner.id, second_id=nominated.person_id)
    db.session.add(pair)
    db.session.flush()
    asked = requests.receive(
        SYSTEM, kind=RequestKind.ERASURE, channel="post", person=learner, asker=f"Parent {side.latin}"
    )
    side.ids |= {
        "request_id": asked.id,
        "pair_id": pair.id,
        "seat_id": taken.id,
        "person_id": learner.id,
        "consent_id": consent.id,
        "enrolment_id": enrolled.id,
        "nominated_id": nominated.id,
    }
    return enrolled


def _session(side: Side, group: Cohort, learner: Enrolment, uploads: Path) -> Session:
    trainer = Trainer(
        name=f"مدرب {side.arabic}",
        name_key=fold(f"مدرب {side.arabic}"),
        email=f"formateur@{side.latin.split()[-1].lower()}.ma",
    )
    db.session.add(trainer)
    db.session.flush()
    side.ids["trainer_id"] = trainer.id
    found: dict[SessionState, Session] = {}
    for number, state in enumerate((SessionState.PLANNED, SessionState.SUBMITTED, SessionState.VALIDATED)):
        made = Session(
            code=side.code(f"S{number}"),
            cohort_id=group.id,
            title_ar=f"دورة {side.arabic} {number}",
            title_fr=f"Session {side.latin} {number}",
            state=state,
            submitted_at=clock.now() if state is not SessionState.PLANNED else None,
            validated_at=clock.now() if state is SessionState.VALIDATED else None,
        )
        sitting = Sitting(
            on_date=DAY + dt.timedelta(days=number),
            half_day=HalfDay.AM,
            minutes=180,
            module_id=module("M1").id,
            venue=f"Salle {side.latin}",
            venue_key=fold(f"Salle {side.latin}"),
            trainer_id=trainer.id,
        )
        made.sittings.append(sitting)
        db.session.add(made)
        db.session.flush()
        if state is not SessionState.PLANNED:
            db.session.add(
                Attendance(sitting_id=sitting.id, enrolment_id=learner.id, status=AttendanceStatus.PRESENT)
            )
        found[state] = made
    planned = found[SessionState.PLANNED]
    scan = SessionFile(session_id=planned.id, title=f"Feuille {side.latin}", file=_file(side, uploads))
    db.session.add(scan)
    db.session.flush()
    side.ids |= {
        "session_id": planned.id,
        "submitted_session_id": found[SessionState.SUBMITTED].id,
        "validated_session_id": found[SessionState.VALIDATED].id,
        "sitting_id": planned.sittings[0].id,
        "validated_sitting_id": found[SessionState.VALIDATED].sittings[0].id,
        "session_file_id": scan.id,
    }
    return planned


def _transfer(
    side: Side,
    host: Association,
    guests: dict[TransferState, Association],
    waiting: Association,
    trainer: Person,
) -> None:
    """An activity of each state; whoever is not reached by the validated one waits."""
    for number, state in enumerate((TransferState.DRAFT, TransferState.SUBMITTED, TransferState.VALIDATED)):
        made = TransferActivity(
            code=side.code(f"T{number}"),
            host_id=host.id,
            region_id=host.region_id,
            title_ar=f"نقل {side.arabic}",
            title_fr=f"Transfert {side.latin}",
            venue=f"Maison {side.latin}",
            trainer_id=trainer.id,
            state=state,
            submitted_at=clock.now() if state is not TransferState.DRAFT else None,
            validated_at=clock.now() if state is TransferState.VALIDATED else None,
        )
        db.session.add(made)
        db.session.flush()
        for word in ("واحد", "اثنان"):
            guest_person = people.find_or_make(
                SYSTEM, name_ar=f"مشارك {side.arabic} {word} {number}", name_fr=f"Participant {side.latin}"
            ).person
            part = TransferParticipation(
                person_id=guest_person.id,
                association_id=guests.get(state, waiting).id,
                on_date=DAY,
                minutes=360,
            )
            made.participations.append(part)
        stepped(made)
        side.ids[f"{state.value}_activity_id"] = made.id
        side.ids[f"{state.value}_participation_id"] = made.participations[0].id
        side.codes.setdefault("activity", made.code)


def _batch(side: Side) -> None:
    # Made by the officer of that region: only the one who made an import, and the ministry, take it back.
    officer = Account(
        email=f"import@{side.latin.split()[-1].lower()}.ma",
        name=f"Import {side.latin}",
        role=Role.REGIONAL_OFFICER,
    )
    officer.delegations.append(Delegation(kind=Serves.REGION, target_id=int(side.ids["region_id"])))
    db.session.add(officer)
    db.session.flush()
    side.ids["officer_id"] = officer.id
    side.codes["batch"] = f"{side.latin.split()[-1].upper()}1"
    db.session.add(
        ImportBatch(
            code=side.codes["batch"],
            kind="associations",
            filename=f"{side.latin}.xlsx",
            sha256="0" * 64,
            rows=1,
            summary='{"rows": 1, "created": 1, "updated": 0, "unchanged": 0, "suspected_duplicates": 0}',
            made_by_id=officer.id,
            made_at=clock.now(),
        )
    )
    db.session.flush()
