"""The texts that the demonstration's persons consented to: invented, as its persons are."""

from __future__ import annotations

import datetime as dt

from cohorts.people.models import ConsentPurpose
from cohorts.people.rules import publish_text
from programme.base.access import Actor

VERSION, FROM = "2023-1", dt.date(2023, 6, 14)
TEXTS = {
    ConsentPurpose.PROCESSING: (
        "أوافق على أن تعالج الوزارة وشركاؤها في التنفيذ معطياتي الشخصية (الاسم، رقم البطاقة الوطنية، تاريخ الازدياد، "
        "الهاتف، البريد الإلكتروني) لتدبير البرنامج الوطني لتقوية القدرات وتتبعه.\n"
        "لي حق الولوج إلى معطياتي وتصحيحها والتعرض على معالجتها ومحوها، طبقا للقانون رقم 09-08.",
        "J'accepte que le ministère et ses opérateurs traitent mes données (nom, numéro de CNIE, date de naissance, "
        "téléphone, adresse électronique) pour gérer et suivre le programme national de renforcement des capacités.\n"
        "J'ai un droit d'accès, de rectification, d'opposition et d'effacement, selon la loi 09-08.",
    ),
    ConsentPurpose.PHOTO: (
        "أوافق على أخذ صوري أثناء الدورات ونشرها في وثائق البرنامج ومواقعه. يمكنني سحب موافقتي في أي وقت.",
        "J'accepte d'être photographié(e) pendant les sessions et que ces photographies paraissent dans les documents "
        "et sur les sites du programme. Je peux retirer cet accord à tout moment.",
    ),
    ConsentPurpose.PARTNER_SHARING: (
        "أوافق على تمكين شركاء البرنامج من اسمي ووسيلة الاتصال بي. يمكنني سحب موافقتي في أي وقت.",
        "J'accepte que mon nom et mes coordonnées soient communiqués aux partenaires du programme. Je peux retirer "
        "cet accord à tout moment.",
    ),
}


def publish(ministry: Actor) -> None:
    """One version of each purpose, in force before anybody is enrolled."""
    for purpose, (arabic, french) in TEXTS.items():
        bodies = {"ar": arabic, "fr": french}
        publish_text(ministry, purpose=purpose, version=VERSION, bodies=bodies, from_on=FROM)
