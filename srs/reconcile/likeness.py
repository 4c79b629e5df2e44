"""How alike notes are: which of those left over are one note, before and after an edit.

What a question is about decides: its words, each weighing the more the fewer notes have it, so
that `append` and `pop` stay apart however much the rest of their cards agrees.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MIN_FRONT = 0.55
"""How alike the questions of one note are at least, from 0 to 1."""
MIN_WHOLE = 0.65
"""How alike question and answer together are at least."""
MIN_DOUBT = 0.45
"""How alike two notes are that are worth a question."""
MIN_SWAPPED = 0.75
"""How alike questions are at least of which each has a word that the other note lacks."""
MIN_ANSWER = 0.4
"""How alike the words of their answers are at least where they are less alike than that."""
MIN_SHARED = 3
"""How many words such answers share at least."""
FEW = 2
"""So few notes do not tell a common word from a rare one."""
MIN_SPELT = 4
"""Letters of a word that is still the same with another of them."""
MARGIN = 0.05
"""By how much a pair must be better than the next best for either of its notes."""
NEAR = 0.05
"""What standing between the same neighbours adds."""

_MAX_BACK = 4_000
"""Characters of an answer that are compared."""
_CANDIDATES = 8
"""Notes that one note is compared with: those that share its rarest words."""
_COMMON = 50
"""A word that more notes have finds no candidates."""

_CLOZE = re.compile(r"\{\{c\d+(?:,\d+)*::|\}\}")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,}).*?(?:^[ \t>]*\1|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_NAME = re.compile(r"\w*[^\W\d_]\d\w*|\d\w*|\w*_\w*")


@dataclass(frozen=True, slots=True)
class Text:
    """What a note says: words of its question and answer in lower case, and the answer itself.

    `names` are those words of the question that are code, or hold a digit or an underscore.
    """

    front: frozenset[str]
    back: frozenset[str]
    names: frozenset[str]
    answer: str


class Pair(NamedTuple):
    """Two notes, by their positions among the old and the new ones; `sure` if they are one."""

    old: int
    new: int
    likeness: float
    sure: bool


def text(question: str, back: str) -> Text:
    """Take a note's Markdown apart; cloze marks and punctuation make no difference."""
    question, back = _CLOZE.sub(" ", question), _CLOZE.sub(" ", back)
    prose = _FENCE.sub(" ", question)
    names = {word for code in _CODE.finditer(prose) for word in _words(code[2])}
    names |= {word for word in _words(_CODE.sub(" ", prose)) if _NAME.fullmatch(word)}
    answer = " ".join(back[:_MAX_BACK].split())
    return Text(frozenset(_words(question)), frozenset(_words(back)), frozenset(names), answer)


def pairs(
    old: Sequence[Text],
    new: Sequence[Text],
    others: Sequence[Text],
    *,
    near: Callable[[int, int], bool],
    apart: Callable[[int, int], bool],
) -> list[Pair]:
    """Pair old notes with new ones, one to one, the most alike first.

    `others` are further notes of the corpus: they only say which words are common. `near` tells
    whether two stand between the same neighbours; `apart`, whether they cannot be one note,
    however alike they are. The work grows with the number of notes, not with its square.
    """
    weights = _Weights((*old, *new, *others))
    by_old: dict[int, list[Pair]] = defaultdict(list)
    by_new: dict[int, list[Pair]] = defaultdict(list)
    for o, n in _candidates(old, new, weights):
        pair = _compared(o, n, old[o], new[n], weights, NEAR if near(o, n) else 0.0)
        if pair.likeness >= MIN_DOUBT:
            pair = pair._replace(sure=pair.sure and not apart(o, n))
            by_old[o].append(pair)
            by_new[n].append(pair)
    found: list[Pair] = []
    done_old: set[int] = set()
    done_new: set[int] = set()
    for pair in sorted((p for ps in by_old.values() for p in ps), key=lambda p: (-p.likeness, p)):
        if pair.old in done_old or pair.new in done_new:
            continue
        rivals = [
            rival.likeness
            for rival in (*by_old[pair.old], *by_new[pair.new])
            if rival != pair and rival.old not in done_old and rival.new not in done_new
        ]
        clear = pair.likeness - max(rivals, default=0.0) >= MARGIN
        found.append(pair._replace(sure=pair.sure and clear))
        done_old.add(pair.old)
        done_new.add(pair.new)
    return found


class _Weights:
    """How much a word says, by how few notes have it (the logarithm of their inverse share)."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.counts = Counter(word for each in texts for word in each.front | each.back)
        self.total = len(texts)

    def __call__(self, word: str) -> float:
        return math.log((self.total + 1) / (self.counts[word] + 0.5))


def _candidates(
    old: Sequence[Text], new: Sequence[Text], weights: _Weights
) -> Iterator[tuple[int, int]]:
    """Yield the pairs worth comparing: for each new note the old ones that share rare words."""
    holders: dict[str, list[int]] = defaultdict(list)
    for o, each in enumerate(old):
        for word in each.front | each.back:
            holders[word].append(o)
    for n, each in enumerate(new):
        shared: dict[int, float] = defaultdict(float)
        for word in each.front | each.back:
            found = holders.get(word, ())
            if len(found) <= _COMMON:
                for o in found:
                    shared[o] += weights(word)
        ranked = sorted(shared, key=lambda o: (-shared[o], o))
        yield from ((o, n) for o in ranked[:_CANDIDATES])


def _compared(o: int, n: int, old: Text, new: Text, weights: _Weights, bonus: float) -> Pair:
    from rapidfuzz import fuzz

    front = _share(old.front, new.front, weights) + bonus
    back = fuzz.ratio(old.answer, new.answer) / 100 + bonus
    whole = (front + back) / 2 if old.answer and new.answer else front  # clozes may have no back
    alike = front >= MIN_FRONT and whole >= MIN_WHOLE
    if _is_respelt(old, new):
        return Pair(o, n, 1.0 + bonus, sure=True)
    return Pair(o, n, round(whole, 6), alike and not _is_about_another(old, new, weights))


def _is_respelt(old: Text, new: Text) -> bool:
    """Tell whether all that differs is a letter in a word of the question that is no name."""
    from rapidfuzz.distance import OSA

    gone, come = old.front - new.front, new.front - old.front
    if not old.answer or old.answer != new.answer or (len(gone), len(come)) != (1, 1):
        return False
    (was,), (word,) = gone, come
    names = old.names | new.names
    long = min(len(was), len(word)) >= MIN_SPELT
    return long and not {was, word} & names and OSA.distance(was, word) == 1


def _share(old: frozenset[str], new: frozenset[str], weights: _Weights) -> float:
    """Return the weight of the words that both have, as a share of all their words'."""
    both = 2 * sum(map(weights, old & new))
    total = both + sum(map(weights, old ^ new))
    return both / total if total else 1.0


def _is_about_another(old: Text, new: Text, weights: _Weights) -> bool:
    """Tell whether what a question is about, or the whole answer, was replaced by another.

    That is a name in the question, a word of both sides, or any word of it where neither the rest
    of the question nor the answer says that it is still the same.
    """
    before, after = old.front | old.back, new.front | new.back
    if old.names - after and new.names - before:
        return True
    if (old.front & old.back) - after and (new.front & new.back) - before:
        return True
    shared = old.back & new.back
    if old.back and new.back and not shared and old.front != new.front:
        return True
    if not _swapped(old.front, new.front):
        return False
    if weights.total <= FEW:
        return True
    if len(shared) >= MIN_SHARED and _share(old.back, new.back, weights) >= MIN_ANSWER:
        return False
    front = _share(old.front, new.front, weights)
    return front < MIN_SWAPPED or _swapped(old.back, new.back)


def _swapped(old: frozenset[str], new: frozenset[str]) -> bool:
    """Tell whether each of two sets of words has one that the other lacks."""
    return not (old <= new or new <= old)


def _words(markdown: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(markdown)]
