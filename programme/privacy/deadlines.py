"""By when a request of a person is answered: the one place that says so.

Law 09-08 (dahir 1-09-15 of 18 February 2009, Bulletin officiel no. 5714): corrections and erasures are made within
ten clear days (« dix jours francs », article 8), and a refusal or silence beyond them can be taken to the national
commission; access is given « sans délai » (article 7) and an objection is heard (article 9) without a number of days
being set. The same ten days are kept for those two, which `PROGRAMME_ANSWER_DAYS` can change; article 28 lets the
commission grant a controller more time to answer.
"""

from __future__ import annotations

import datetime as dt

from programme.privacy.models import RequestKind

LEGAL_DAYS = {RequestKind.CORRECTION: 10, RequestKind.ERASURE: 10}
"""Article 8: not to be set otherwise."""
ANSWER_DAYS = 10
"""For the kinds to which the law gives no number, where the settings say nothing else."""
SOON = 3
"""Days before the deadline from which a request is pressing."""


def due_on(kind: RequestKind, received_on: dt.date, days: int = ANSWER_DAYS) -> dt.date:
    """The last day for the answer. A clear day is a whole one: the day of receipt does not count.

    The day after the tenth, which clear days would still allow, is left as a margin.
    """
    return received_on + dt.timedelta(days=LEGAL_DAYS.get(kind, days))
