"""Somebody told of in every place where a person can be, and what an officer decides about it."""

from __future__ import annotations

import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import sqlalchemy as sa

from cohorts.people.models import PairDecision, PairState, Person, PersonPair
from cohorts.sessions.models import Session, SessionFile
from cohorts.transfer.models import TransferActivity
from programme.base import clock, files, journal, mail, measures
from programme.base.access import Actor, Role, Scope
from programme.base.accounts import Account, Delegation, Serves, WebSession
from programme.base.batches import ImportBatch, ImportChange
from programme.base.extensions import db
from programme.base.measures import Moment
from programme.base.vault import vault
from programme.config import Settings
from programme.privacy import rules
from programme.privacy.models import PersonalRequest
from programme.privacy.rules.erasure import Choices, plan

SYSTEM = Actor.system()
WORDS = (
    "زهور بنعتيق",
    "بنعتيق",
    "Zhor Benatiq",
    "Benatiq",
    "BK774411",
    "661772211",
    "zhor.benatiq@exemple.ma",
    "1987-05-19",
)
"""What must be nowhere any more; nothing else in the tests has these."""
TOLD = "حضرت زهور  بَنعتيق متأخرة، هاتفها 06.61.77.22.11"


def tell_everywhere(made: Person, settings: Settings, uploads: Path) -> None:
    account = Account(email="zhor.benatiq@exemple.ma", name="Zhor Benatiq", role=Role.TRAINEE)
    account.delegations.append(Delegation(kind=Serves.PERSON, target_id=made.id))
    other = Person(name_ar="أخرى", sort_key="اخري", name_key="اخري")
    db.session.add_all([account, other])
    db.session.flush()
    _on_the_person(made, other, account)
    taught = _in_the_facts(uploads)
    _in_an_import(made)
    _in_the_journal(made, account, taught)
    _waiting(made, account)
    _put(settings.instance / "outbox", "1.eml", _letter())
    _put(settings.instance / "imports", "1-aa.part", _workbook("زهور بنعتيق"))
    _put(settings.instance / "imports", "1-bb.part", _workbook("شخص آخر"))
    _put(settings.instance / "exports", "aa.pdf", b"%PDF drawn Zhor Benatiq")


def _on_the_person(made: Person, other: Person, account: Account) -> None:
    at = clock.now()
    db.session.add(
        WebSession(token_digest="0" * 64, account_id=account.id, made_at=at, seen_at=at, agent="Benatiq")
    )
    low, high = sorted((made.id, other.id))
    pair = PersonPair(first_id=low, second_id=high, state=PairState.DISTINCT)
    db.session.add(pair)
    db.session.flush()
    db.session.add(
        PairDecision(
            pair_id=pair.id, state=PairState.DISTINCT, decided_at=at, reason="BENATIQ  Zhor n'est pas elle"
        )
    )


def _in_the_facts(uploads: Path) -> Session:
    taught = db.session.scalars(sa.select(Session)).one()
    taught.notes, taught.state_reason = TOLD, "Mme Zhor BENATIQ, CNIE BK 774411"
    given = db.session.scalars(sa.select(TransferActivity)).one()
    given.venue = "chez Benatiq Zhor"
    scan = files.keep(
        db.session, uploads, b"%PDF-1.4\n(Zhor Benatiq BK774411)\n%%EOF\n", "CIN Zhor Benatiq.pdf", None
    )
    shared = files.keep(db.session, uploads, b"%PDF-1.4\n(feuille)\n%%EOF\n", "emargement.pdf", None)
    db.session.add_all(
        [
            SessionFile(session_id=taught.id, title="Carte de Zhor Benatiq", file=scan),
            SessionFile(session_id=taught.id, title="Feuille de presence", file=shared),
        ]
    )
    return taught


def _in_an_import(made: Person) -> None:
    batch = ImportBatch(
        code="I-1",
        kind="trainees",
        filename="Benatiq Zhor.xlsx",
        sha256="0" * 64,
        rows=1,
        summary="{}",
        made_at=clock.now(),
    )
    db.session.add(batch)
    db.session.flush()
    former = {"id": made.id, "name_fr": "Zhor Benatiq", "birth_date": "1987-05-19", "phone": "+212661772211"}
    kept = json.dumps(former)
    db.session.add(
        ImportChange(
            batch_id=batch.id,
            position=1,
            table_name="person",
            row_id=str(made.id),
            action="updated",
            before=kept,
            after=kept,
        )
    )


def _in_the_journal(made: Person, account: Account, taught: Session) -> None:
    journal.declare({"test:privacy:told": "Dit"})
    her = Actor.of(account.id, account.name, Role.TRAINEE)
    journal.record(db.session, her, "test:privacy:told", made)
    journal.record(
        db.session,
        SYSTEM,
        "test:privacy:told",
        taught,
        after={"note": TOLD, "email": "Zhor.Benatiq@exemple.ma"},
        reason="à la demande de Benatiq, Zhor (0661772211)",
    )


def _waiting(made: Person, account: Account) -> None:
    at = clock.now()
    letter = vault().seal(json.dumps({"to": account.email, "body": "زهور بنعتيق"}))
    db.session.add(mail.WaitingMail(sealed=letter, asked_at=at, next_at=at))
    rules.receive(
        SYSTEM,
        kind="access",
        channel="post",
        person=made,
        asker="Ali Benatiq",
        contact="zhor.benatiq@exemple.ma",
        details="mes heures, Zhor Benatiq",
    )


def _put(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)


def _letter() -> bytes:
    message = EmailMessage()
    message["To"], message["Subject"] = "zhor.benatiq@exemple.ma", "Votre lien"
    message.set_content("Bonjour زهور بنعتيق")
    return message.as_bytes()


def _workbook(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/sharedStrings.xml", f"<t>{name}</t>")
    return out.getvalue()


def figures() -> dict[str, int]:
    """Every measure of the whole country today, as the length of its list or its amount."""
    today = clock.today()
    return {one.code: one.value(Scope.country(), Moment(today, today)) for one in measures.measures()}


def decided(person: Person) -> Choices:
    """What an officer decides who masks each text and removes the files that are hers."""
    made = plan(person)
    return Choices(
        words={one.token: made.traces.masked(one.text) for one in made.texts},
        removed=[one.file_id for one in made.papers if one.is_named],
    )


def granted(person: Person) -> PersonalRequest:
    one = rules.receive(SYSTEM, kind="erasure", channel="counter", person=person)
    rules.move(SYSTEM, one, "check", proof="carte vue")
    rules.move(SYSTEM, one, "grant")
    return one
