"""What those who publish a package tell those who import it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a package holds, what of it is new and changed, and what is retired, since ever."""

    notes: int
    cards: int
    new: int
    changed: int
    retired: int


_BEGINS = "## How to import it\n\nOpen `"
_HOW = f"""\
{_BEGINS}{{file}}` with Anki (on the desktop: File, Import). A first import needs no choices. For one over
an older version choose, under "Import options":

| option | choice | what it does |
|---|---|---|
| Import any learning progress | off | there is none in the file; yours is kept |
| Import any deck presets | off | there are none in the file |
| Merge notetypes | off | the notetypes `srs` and `srs cloze` stay as they are |
| Update notes | If newer | notes that were corrected are updated in place |
| Update notetypes | If newer | the cards look as they now should |

Your schedule and history stay, and so do your own edits to notes that were not corrected since. A
correction replaces a note's text and tags. If you have edited a note after it was corrected, yours is
kept; to have the correction nevertheless, choose "Always" for "Update notes": that replaces your edits
of all notes that differ. Cards stay in the deck that you moved them to. A corrected note may have fewer
cards than before; those it no longer has are blank: Tools, Empty Cards finds and deletes them.
"""

_RETIRED = """\
## Retired notes

Nothing is ever deleted from your collection. {count} in this package {are} no longer worth learning.
To delete {them}, search in Anki's browser for

    tag:srs::retired

select all that is found, and delete the notes.
"""


def notes(title: str, file: str, counts: Counts) -> str:
    """Write what to tell, as Markdown; the same counts give the same text."""
    parts = [
        f"# {title}\n",
        f"{_many(counts.notes, 'note')}, {_many(counts.cards, 'card')}: {counts.new} new, "
        f"{counts.changed} changed; {counts.retired} retired in all.\n",
        _HOW.format(file=file),
    ]
    if counts.retired:
        one = counts.retired == 1
        parts.append(
            _RETIRED.format(
                count=_many(counts.retired, "note"), are="is" if one else "are",
                them="it" if one else "them",
            )
        )  # fmt: skip
    return "\n".join(parts)


def is_notes(text: str) -> bool:
    """Tell whether a text is one of those written here."""
    return _BEGINS in text


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
