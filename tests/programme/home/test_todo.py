"""What waits in one region: no count that its list does not show, nothing of another region."""

from __future__ import annotations

import re
from typing import Any

from programme.accounts.scope import scope_of
from programme.base.access import Role
from programme.shell import unbroken
from tests.client import HouseClient
from tests.factories import partnerships as make
from tests.factories import transfers


def test_a_count_of_one_region_opens_the_list_of_that_region(client: HouseClient, session: Any) -> None:
    for province in ("03.231", "07.351"):
        for _number in range(4):
            transfers.declared(host=transfers.host(province))
    for code in ("03", "07"):
        for _number in range(4):
            make.approved(region_id=make.region(code).id)
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/todo?region=03")
    assert "4 transferts à valider" in page
    told = {address.replace("&amp;", "&") for address in re.findall(r'href="(/[^"]*)"', page)}
    (transfer,) = (one for one in told if one.startswith("/transfers?"))
    assert len(set(re.findall(r'href="/transfers/(\d+)"', client.page(transfer)))) == 4
    (watched,) = (one for one in told if one.startswith("/agreements/alerts"))
    assert len(set(re.findall(r'href="/agreements/(\d+)"', client.page(watched)))) == 4


def test_an_operator_is_told_in_a_region_of_its_own_agreements_there(
    client: HouseClient, session: Any
) -> None:
    here, there, everywhere = (
        make.approved(region_id=place) for place in (make.region("03").id, make.region("07").id, None)
    )
    served = [one.parties[0].organisation_id for one in (here, there, everywhere)]
    session.commit()
    account = client.sign_in_as(Role.IMPLEMENTER, organisation=served)
    page = client.page("/todo?region=03")
    assert [one.reference in page for one in (here, there, everywhere)] == [True, False, True]
    assert there.reference in client.page("/todo")
    narrowed = scope_of(account).narrowed(make.region("03").id)
    assert narrowed.agreements == {here.reference, everywhere.reference}


def test_every_counted_list_can_be_narrowed(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    for address in ("/commitments?state=late", "/associations/suspicions?state=open"):
        client.page(f"{address}&region=03")
        client.page(f"{address}&region=99")


def test_a_code_in_a_sentence_is_never_cut() -> None:
    told = str(unbroken("نشاط <نقل> (FM1-T061): المصادقة"))
    assert told == 'نشاط &lt;نقل&gt; (<bdi class="ltr">FM1-T061</bdi>): المصادقة'
    assert str(unbroken("Al-Amal, 12 h")) == "Al-Amal, 12 h"
