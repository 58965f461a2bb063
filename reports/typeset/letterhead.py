"""What stands around the content: letterhead, title block, running header, footer."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from programme.base.language import RABAT, format_date
from programme.base.language import gettext as _
from reports.definition import Document
from reports.typeset import bidi, marks
from reports.typeset.fonts import BOLD
from reports.typeset.sheet import Align, Sheet, baseline
from reports.typeset.style import HAIRLINE, INK, MARGIN, MM, MUTED, PRIMARY, Style
from reports.typeset.text import Line, single, wrap

# Both languages stand on every paper of the administration, whatever the reader's.
FRENCH = (
    "Royaume du Maroc",
    "Ministère délégué chargé des\u00a0Relations avec\u00a0le\u00a0Parlement",
    "Direction des relations avec la société civile",
)
ARABIC = (
    "المملكة المغربية",
    "الوزارة المنتدبة المكلفة بالعلاقات مع البرلمان",
    "مديرية العلاقات مع المجتمع المدني",
)
EMBLEM = 20 * MM
QR = 22 * MM


def letterhead(sheet: Sheet, emblem: Path | None) -> None:
    """French at the left, Arabic at the right, the emblem between them."""
    side = (sheet.measure - (EMBLEM if emblem else 0) - 24) / 2
    top = sheet.y
    feet = [
        _block(sheet, FRENCH, MARGIN, top, side, rtl=False),
        _block(sheet, ARABIC, sheet.width - MARGIN - side, top, side, rtl=True),
    ]
    if emblem is not None:
        sheet.picture(emblem, (sheet.width - EMBLEM) / 2, top - EMBLEM, EMBLEM, EMBLEM)
        feet.append(top - EMBLEM)
    sheet.y = min(feet) - 8
    sheet.rule(0, sheet.y, sheet.measure, PRIMARY, 1.2)
    sheet.y -= 16


def _block(sheet: Sheet, texts: tuple[str, ...], left: float, top: float, width: float, rtl: bool) -> float:
    """Lines at a side of the paper, which does not turn with the language."""
    offset = sheet.width - MARGIN - left - width if sheet.rtl else left - MARGIN
    styles = (Style(11, 17, BOLD, INK), Style(9, 14.5), Style(8.2, 13.5, ink=MUTED))
    for text, style in zip(texts, styles, strict=True):
        lines = wrap(text, style.weight, round(width / style.size * 1000), rtl)
        top = sheet.lines(lines, offset, top, width, style, Align.RIGHT if rtl else Align.LEFT)
    return top


def title_block(sheet: Sheet, document: Document) -> None:
    """Title and facts where reading starts; QR code and reference at the other side."""
    styles, top = sheet.styles, sheet.y
    coded = document.verify_url or document.reference
    column = QR + 62
    room = sheet.measure - (column + 18 if coded else 0)
    end = top
    if coded:
        marks.qr(sheet, coded, sheet.measure - QR, top - QR, QR)
        reference = wrap(str(document.reference), BOLD, round(column / styles.small_bold.size * 1000), False)
        side = Align.LEFT if sheet.rtl else Align.RIGHT
        end = sheet.lines(reference, sheet.measure - column, top - QR - 2, column, styles.small_bold, side)
    sheet.paragraph(str(document.title), styles.title, 0, room)
    sheet.y -= 4
    _facts(sheet, document.facts, room)
    sheet.y = min(sheet.y, end) - 14


def _facts(sheet: Sheet, facts: tuple[tuple[str, str], ...], room: float) -> None:
    style, strong = sheet.styles.body, sheet.styles.body_bold
    muted = Style(style.size, style.leading, style.weight, MUTED)
    widest = max(
        (_wide(single(str(label), muted.weight, sheet.rtl), muted) for label, _value in facts), default=0
    )
    labels = min(widest + 12, room * 0.4)
    for label, value in facts:
        names = sheet.fold(str(label), labels - 6, muted)
        values = sheet.fold(str(value), room - labels, strong)
        sheet.lines(names, 0, sheet.y, labels, muted)
        sheet.lines(values, labels, sheet.y, room - labels, strong)
        sheet.y -= max(len(names), len(values)) * style.leading


def _wide(line: Line, style: Style) -> float:
    return line.width * style.size / 1000


def stamp(sheet: Sheet, document: Document, number: int, total: int) -> None:
    """Footer of every page, running title from the second on, and the mark of the demonstration."""
    style = sheet.styles.small
    foot = MARGIN - 6
    sheet.rule(0, MARGIN + 6, sheet.measure, HAIRLINE)
    third = sheet.measure / 3
    at = document.made_at.astimezone(ZoneInfo(RABAT))
    made = _("Établi le %(day)s à %(time)s", day=format_date(at.date()), time=f"{at:%H:%M}")
    sheet.label(made, 0, foot, third, style)
    if document.head is not None:
        sheet.label(
            _("Journal : %(head)s", head=bidi.isolate(str(document.head))),
            0,
            foot - style.leading,
            third,
            style,
        )
    pages = _("Page %(page)s sur %(pages)s", page=number, pages=total)
    sheet.label(pages, 2 * third, foot, third, sheet.styles.small_bold, Align.END)
    if document.demonstration:
        _demonstration(sheet, foot)
    if number > 1:
        _running_title(sheet, document)


def _running_title(sheet: Sheet, document: Document) -> None:
    style = sheet.styles.small
    y = sheet.height - MARGIN + 2
    reference = single(str(document.reference), BOLD, False)
    taken = _wide(reference, style) + 12
    title = sheet.fold(str(document.title), sheet.measure - taken, style)[:1]
    sheet.lines(title, 0, y + style.leading / 2, sheet.measure, style)
    side = Align.LEFT if sheet.rtl else Align.RIGHT
    sheet.line(
        reference, 0, baseline(y + style.leading / 2, style), sheet.measure, sheet.styles.small_bold, side
    )
    sheet.rule(0, y - style.leading / 2 - 2, sheet.measure, HAIRLINE)


def _demonstration(sheet: Sheet, foot: float) -> None:
    """A framed word in the middle of the foot: it must not be cut off or taken for the content."""
    style = Style(sheet.styles.small.size, sheet.styles.small.leading, BOLD, "#b45309")
    words = single(_("Démonstration – données fictives"), style.weight, sheet.rtl)
    wide = _wide(words, style) + 14
    offset = (sheet.measure - wide) / 2
    sheet.frame(offset, foot - 4.5, wide, style.size + 7, style.ink)
    sheet.line(words, offset, foot, wide, style, Align.CENTRE)
