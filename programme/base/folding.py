"""Names made comparable: search folding, duplicate keys and likeness of names (RULES A4, Counting)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz, process

PROBABLE = 95.0
REVIEW = 78.0
_SAME_WORD = 70.0  # two words less alike than this are two words, not two spellings

_LETTERS = {
    **dict.fromkeys("أإآٱٲٳ", "ا"),
    **dict.fromkeys("ىئیېےۍ", "ي"),
    **dict.fromkeys("ؤۋۏ", "و"),
    **dict.fromkeys("ةھہۃەۀ", "ه"),
    **dict.fromkeys("کگڭݣڪ", "ك"),
    **dict.fromkeys("ڤڥ", "ف"),
    **dict.fromkeys("ءٴـ", None),
    "پ": "ب",
    "چ": "ج",
    "ژ": "ز",
    "ڨ": "ق",
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
}
_DIGITS = {chr(zero + i): str(i) for zero in (0x660, 0x6F0) for i in range(10)}
_DROPPED = {
    code: None for code in range(0x10000) if unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"}
}  # accents, vowel signs, zero-width and direction marks
_MAP: dict[int, str | None] = {**_DROPPED, **{ord(k): v for k, v in (_LETTERS | _DIGITS).items()}}
_NOT_WORD = re.compile(r"[\W_]+")
_ASCII_OTHER = re.compile(r"[^a-z0-9]+")


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


# As they look once folded.
_ASSOCIATION = _listed(
    "جمعيه الجمعيه لجمعيه بجمعيه وجمعيه جمعيات الجمعيات association associations assoc ass asso"
)
_STOP = _listed("de du des la le les l d et pour a au aux en dans في من")
_FORM = _ASSOCIATION | _listed(
    "نادي النادي منتدي المنتدي فرع مركز المركز موسسه الموسسه منظمه المنظمه تعاونيه التعاونيه "
    "فدراليه الفدراليه اتحاد الاتحاد شبكه الشبكه رابطه الرابطه هييه الهييه "
    "club forum centre fondation organisation federation union reseau ligue section"
)
_ARTICLE = re.compile(r"^([وفبك]?)ال(?=\w{2})")
_TITLES = _listed("السيد السيده الاستاذ الاستاذه الدكتور الدكتوره m mr mme mlle dr pr")
_BEN = _listed("بن ابن ben bin ibn")
_PARTICLES = _listed("ال el al")
_AND = frozenset("و")
_AND_ABD = frozenset(("و", "عبد"))
_ARABIC = re.compile("[\u0620-\u06ff]")


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The form in which text is searched and compared: «الأمَل» gives «الامل», "Été" gives "ete".

    Idempotent. No accent, vowel sign, tatweel, hamza, punctuation or direction mark is left; Persian and
    Moroccan letters become their Arabic neighbours, digits ASCII; words are separated by one space.
    """
    if text.isascii():
        return _ASCII_OTHER.sub(" ", text.lower()).strip()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_MAP)
    # Casefolding can give letters that decompose once more, and the map drops what stood between marks.
    if not unicodedata.is_normalized("NFKD", plain) or plain != plain.casefold():
        plain = unicodedata.normalize("NFKD", plain).casefold().translate(_MAP)
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFC", plain)).strip()


def words(text: str) -> frozenset[str]:
    """The words by whose beginnings a text is found, each also without leading ال, و, ب or ل.

    Words that say only that it is an association, and French and Arabic link words, are left out.
    """
    return frozenset(form for word in _telling(fold(text)) for form in _forms(word))


def search_terms(text: str) -> list[frozenset[str]]:
    """What was typed, word by word: a record fits when for every word one of its `words` begins with a form.

    Empty when nothing telling was typed: the search is then no filter.
    """
    return [_forms(word) for word in _telling(fold(text)) if not _begins_association(word)]


def match_key(name: str) -> str:
    """Duplicate key of RULES A4: folded, without leading جمعية / association, without ال and spaces."""
    tokens = _joined(fold(name).split(), _AND_ABD)
    kept = tokens
    while kept and kept[0] in _ASSOCIATION:
        kept = kept[1:]
    return "".join(_bare(word) for word in kept or tokens)


def person_key(name: str) -> str:
    """Name key of a person for RULES Counting: the same whatever the order of the words.

    بن / ben and عبد / abd are written with the word that follows, ال / el / al and titles are dropped.
    """
    tokens = [word for word in fold(name).split() if word not in _PARTICLES]
    named = [word for word in tokens if word not in _TITLES] or tokens
    return " ".join(sorted(_compounds(named)))


class Likeness(StrEnum):
    """What two names are to each other; a person decides, never the programme."""

    PROBABLE = "probable"
    REVIEW = "review"
    DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How alike two names are; `score` is 0 to 100."""

    likeness: Likeness
    score: float

    @property
    def is_suggested(self) -> bool:
        return self.likeness is not Likeness.DISTINCT


def compare_names(a: str, b: str) -> Verdict:
    """Whether two association names may be the same association (RULES A4).

    Probable from 95, to be reviewed from 78, distinct below. Numbers that differ, or a whole word on each
    side that the other lacks (فاس / مكناس), make them distinct; a difference of letters, or a word that
    only one side has, is never more than a review. A Latin acronym beside an Arabic name is ignored.
    """
    return _verdict(compare_key(a), compare_key(b))


def compare_key(name: str) -> str:
    """The words of a name that tell it from another, sorted: what `compare_names` and `closest` compare."""
    folded = fold(name)
    tokens = _joined(folded.split(), _AND_ABD)
    if _ARABIC.search(folded):
        tokens = [word for word in tokens if not word.isascii() or word.isdigit()]
    telling = [word for word in tokens if word not in _FORM and word not in _STOP]
    return " ".join(sorted(_stem(word) for word in telling or tokens))


def closest(mine: str, keys: Sequence[str], limit: int = 10) -> list[tuple[int, Verdict]]:
    """The positions in `keys` of names that may be the same as the one whose key is `mine`, the likest first.

    All keys are made by `compare_key`. For comparing one name against a province or a region: about 2 ms for
    7,200 keys.
    """
    if not mine:
        return []
    near = process.extract(mine, keys, scorer=fuzz.ratio, score_cutoff=REVIEW, limit=4 * limit)
    found = [(position, _verdict(mine, key)) for key, _score, position in near]
    return [(position, verdict) for position, verdict in found if verdict.is_suggested][:limit]


def lengths(key: str) -> tuple[int, int]:
    """The least and the most letters of keys among which `closest` may find one for `key`."""
    most = (200 - REVIEW) / REVIEW  # how alike: twice the letters in common by all letters
    return int(len(key) / most), int(len(key) * most) + 1


def _verdict(a: str, b: str) -> Verdict:
    if not a or not b:
        return Verdict(Likeness.DISTINCT, 0.0)
    if a.replace(" ", "") == b.replace(" ", ""):
        return Verdict(Likeness.PROBABLE, 100.0)
    score = fuzz.ratio(a, b)
    mine, others = a.split(), b.split()
    if score < REVIEW or _veto(mine, others):
        return Verdict(Likeness.DISTINCT, score)
    same = sorted(mine) == sorted(others)
    return Verdict(Likeness.PROBABLE if same and score >= PROBABLE else Likeness.REVIEW, score)


def _veto(mine: list[str], others: list[str]) -> bool:
    """Numbers differ, or each side has a word that nothing on the other side resembles."""
    numbers, other_numbers = _numbers(mine), _numbers(others)
    if numbers and other_numbers and numbers != other_numbers:
        return True
    left = [word for word in mine if word not in others]
    other_left = [word for word in others if word not in mine]
    alone = [word for word in left if not _resembles(word, other_left)]
    other_alone = [word for word in other_left if not _resembles(word, left)]
    return bool(alone and other_alone)


def _resembles(word: str, candidates: Iterable[str]) -> bool:
    return any(fuzz.ratio(word, other) >= _SAME_WORD for other in candidates)


def _numbers(tokens: list[str]) -> list[str]:
    return sorted(re.findall("[0-9]+", " ".join(tokens)))


def _telling(folded: str) -> list[str]:
    return [word for word in _joined(folded.split()) if word not in _ASSOCIATION and word not in _STOP]


def _begins_association(word: str) -> bool:
    return len(word) >= 4 and "associations".startswith(word)


def _joined(tokens: list[str], heads: frozenset[str] = _AND) -> list[str]:
    """A و written alone belongs to the next word, and for comparing so does what follows عبد."""
    if not heads.intersection(tokens):
        return tokens
    out: list[str] = []
    for word in tokens:
        if out and out[-1] in heads:
            out[-1] += word
        else:
            out.append(word)
    return out


def _bare(word: str) -> str:
    """Without ال, also behind و, ف, ب or ك; لل keeps one ل."""
    if word.startswith("لل") and len(word) > 4:
        return word[1:]
    return _ARTICLE.sub(r"\1", word) if "ال" in word[:3] else word


def _forms(word: str) -> frozenset[str]:
    return frozenset((word, _bare(word), _stem(word)))


def _stem(word: str) -> str:
    """Without the article and one letter in front; short words are left whole."""
    if word[:2] == "لل" and len(word) > 4:
        return word[2:]
    if word[:2] == "ال":
        return word[2:] if len(word) > 4 else word
    if word[1:3] == "ال" and word[0] in "وفبك" and len(word) > 5:
        return word[3:]
    if word[0] in "وبل" and len(word) > 4:
        return word[1:]
    return word


def _compounds(tokens: list[str]) -> list[str]:
    out: list[str] = []
    pending = ""
    for word in tokens:
        if word in _BEN:
            pending = "بن" if _ARABIC.search(word) else "ben"
        elif word in {"عبد", "abd"} or word in {"abdel", "abdal", "abdul"}:
            pending = "عبد" if word == "عبد" else "abd"
        else:
            out.append(pending + _person_word(word, after_abd=pending in {"عبد", "abd"}))
            pending = ""
    return out + ([pending] if pending else [])


def _person_word(word: str, *, after_abd: bool) -> str:
    """A word of a person's name without its article, so that العلوي and علوي meet."""
    if after_abd and word in {"allah", "ellah"}:
        return "lah"
    if word[:5] in {"abdel", "abdal", "abdul"} and len(word) > 6:
        return "abd" + word[5:] if word[5:] not in {"lah", "ah"} else "abdlah"
    if word.startswith("عبدال") and len(word) > 7:
        return "عبد" + word[5:]
    if word.startswith("ال") and len(word) > 4:
        return word[2:]
    return word
