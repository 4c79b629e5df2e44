import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from srs.corpus import lock as lock_
from srs.errors import SrsError
from srs.model import Rating
from srs.scheduler.queue import CardName
from srs.store.notes import StoredNote
from srs.study import answers, identity
from srs.study.memory import Study, open_study
from srs.study.today import next_due

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
APPEND = "## What does `append` do?\n\nIt adds one item at the end.\n\n"
EXTEND = "## What does `extend` do?\n\nIt adds some items at the end.\n\n"
OTHER = "## Who?\n<!-- {#who} -->\n\nNobody.\n\n"
CLOZE = "## Hidden\n<!-- {#hidden} -->\n\nA {{c1::word}} and {{c2::another}}.\n"


class Corpus:
    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        (root / "srs.toml").write_text('name = "N"\nkey = "k"\n', encoding="utf-8")

    def write(self, text: str) -> None:
        (self.root / "deck.md").write_text(text, encoding="utf-8")

    @contextmanager
    def open(self, *, yes: bool = False) -> Iterator[Study]:
        study = open_study(self.root, self.root / ".srs" / "srs.db", NOW, yes=yes)
        yield study
        study.close()

    def lock(self) -> lock_.Lock:
        return lock_.parse((self.root / "srs.lock").read_text(encoding="utf-8"))


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


def find(study: Study, word: str) -> StoredNote:
    (found,) = study.notes(study.query(f'"{word}"'), NOW)
    return found


def answer(study: Study, guid: str, ord: int = 1) -> None:
    name = CardName(guid, ord)
    answers.answer(study, name, Rating.GOOD, NOW, 1000, study.card(name))


def reps(study: Study, guid: str, ord: int = 1) -> int:
    return study.card(CardName(guid, ord)).reps


@pytest.fixture
def replaced(corpus: Corpus) -> tuple[Corpus, str]:
    """Study a note, and write one in its place that is taken for a new one."""
    corpus.write(APPEND + OTHER)
    with corpus.open() as study:
        guid = find(study, "append").guid
        answer(study, guid)
    corpus.write(EXTEND + OTHER)
    return corpus, guid


def test_a_doubt_is_put_as_a_question_that_can_be_typed(replaced: tuple[Corpus, str]) -> None:
    corpus, guid = replaced
    with corpus.open() as study:
        new = find(study, "extend").guid[:8]
        assert study.refreshed.report == "1 new, 1 lost"
        assert study.refreshed.questions == (
            f"deck.md:1: this is a new note, but {guid[:8]}, which is gone, is much like it; "
            f"if they are one: `srs relink {guid[:8]} {new}`",
        )
    with corpus.open() as study:
        assert study.refreshed.questions == ()


def test_a_note_continues_as_one_that_is_gone(replaced: tuple[Corpus, str]) -> None:
    corpus, guid = replaced
    with corpus.open() as study:
        own = find(study, "extend")
        (gone,) = identity.orphans(study)
        assert (gone.guid, gone.answers, gone.last, gone.path) == (guid, 1, "2026-11-21", "deck.md")
        identity.relink(study, gone, own, NOW, locked=False)
        assert find(study, "extend").guid == guid
        assert reps(study, guid) == 1
        assert identity.orphans(study) == []
        assert len(study.notes(None, NOW)) == 2
    assert own.guid not in corpus.lock()
    assert corpus.lock()[guid].created < NOW.timestamp() * 1000 + 1
    with corpus.open() as study:
        assert study.refreshed.report == ""
        assert find(study, "extend").guid == guid


def test_what_the_note_had_of_its_own_becomes_an_orphan(replaced: tuple[Corpus, str]) -> None:
    corpus, guid = replaced
    with corpus.open() as study:
        own = find(study, "extend")
        answer(study, own.guid)
        identity.relink(study, identity.orphan(study, guid), own, NOW, locked=False)
        (left,) = identity.orphans(study)
        assert (left.guid, left.answers) == (own.guid, 1)
    corpus.write(OTHER)
    with corpus.open():
        pass
    corpus.write(EXTEND + OTHER)
    with corpus.open() as study:
        assert find(study, "extend").guid == guid  # and not the guid it had for a while
        identity.relink(
            study, identity.orphan(study, own.guid), find(study, "extend"), NOW, locked=False
        )
        assert find(study, "extend").guid == own.guid
        assert [orphan.guid for orphan in identity.orphans(study)] == [guid]


def test_a_released_guid_stays_in_the_lock(replaced: tuple[Corpus, str]) -> None:
    corpus, guid = replaced
    with corpus.open() as study:
        own = find(study, "extend")
        path = corpus.root / "srs.lock"
        lines = corpus.lock()
        exported = lines[own.guid]
        text = lock_.format(lines.changed([replace(exported, changed=7, fields="h", deck="d")]))
        path.write_text(text, encoding="utf-8")
        identity.relink(study, identity.orphan(study, guid), own, NOW, locked=False)
    assert corpus.lock()[own.guid].released


def test_an_orphan_that_the_lock_has_lost_keeps_its_own_ids(replaced: tuple[Corpus, str]) -> None:
    corpus, guid = replaced
    created = corpus.lock().get(guid)
    with corpus.open() as study:
        answer(study, find(study, "extend").guid)
    (corpus.root / "srs.lock").unlink()
    with corpus.open() as study:
        own = find(study, "extend")
        identity.relink(study, identity.orphan(study, guid), own, NOW, locked=False)
    lock = corpus.lock()
    assert created is not None
    assert lock[guid].created == created.created
    assert len({entry.created for entry in lock.values()}) == len(lock)


def test_a_touched_lock_gives_no_progress_to_an_original_that_is_gone(corpus: Corpus) -> None:
    corpus.write(APPEND + OTHER)
    with corpus.open():
        pass
    (corpus.root / "other.md").write_text(APPEND, encoding="utf-8")
    with corpus.open() as study:
        (copy,) = (s for s in study.notes(None, NOW) if s.note.place.path == "other.md")
        answer(study, copy.guid)
    corpus.write(OTHER)
    with corpus.open():
        pass
    os.utime(corpus.root / "srs.lock", (1, 1))
    with corpus.open() as study:
        assert study.refreshed.report == ""
        assert find(study, "append").guid == copy.guid
        assert reps(study, copy.guid) == 1


def test_a_copy_goes_on_where_the_first_is_deleted_later(corpus: Corpus) -> None:
    corpus.write(APPEND + OTHER)
    with corpus.open() as study:
        guid = find(study, "append").guid
        answer(study, guid)
    (corpus.root / "other.md").write_text(APPEND, encoding="utf-8")
    with corpus.open() as study:
        assert (study.refreshed.report, study.refreshed.questions) == ("1 new", ())
        (copy,) = (s for s in study.notes(None, NOW) if s.note.place.path == "other.md")
    corpus.write(OTHER)
    with corpus.open() as study:
        assert study.refreshed.report == "1 lost"
        (question,) = study.refreshed.questions
        assert f"`srs relink {guid[:8]} {copy.guid[:8]}`" in question
        gone = identity.orphan(study, guid[:8])
        identity.relink(study, gone, study.note(copy.guid[:8]), NOW, locked=False)
        assert (find(study, "append").guid, reps(study, guid)) == (guid, 1)
        assert identity.orphans(study) == []


def test_a_wrong_guess_is_taken_back(corpus: Corpus) -> None:
    corpus.write(APPEND + OTHER)
    with corpus.open() as study:
        guid = find(study, "append").guid
        answer(study, guid)
        identity.begin_anew(study, find(study, "append"), NOW, locked=False)
        new = find(study, "append").guid
        assert new != guid
        assert reps(study, new) == 0
        assert [orphan.guid for orphan in identity.orphans(study)] == [guid]
    with corpus.open() as study:
        assert (study.refreshed.report, find(study, "append").guid) == ("", new)
        identity.relink(
            study, identity.orphan(study, guid), find(study, "append"), NOW, locked=False
        )
        assert find(study, "append").guid == guid


def test_a_cloze_note_is_relinked_to_cloze_notes_only(corpus: Corpus) -> None:
    corpus.write(CLOZE)
    with corpus.open():
        pass
    corpus.write(OTHER)
    with corpus.open() as study:
        (gone,) = identity.orphans(study)
        with pytest.raises(SrsError, match="a cloze note stays one in Anki"):
            identity.relink(study, gone, find(study, "Who"), NOW, locked=False)


def test_a_cloze_number_that_is_gone_is_an_orphan_and_returns(corpus: Corpus) -> None:
    corpus.write(CLOZE)
    with corpus.open() as study:
        guid = find(study, "Hidden").guid
        answer(study, guid, 1)
        answer(study, guid, 2)
    corpus.write(CLOZE.replace("{{c2::another}}", "{{c3::another}}"))
    with corpus.open() as study:
        assert find(study, "Hidden").note.ords == (1, 3)
        assert (reps(study, guid, 1), reps(study, guid, 3)) == (1, 0)
        (gone,) = identity.orphans(study)
        assert (gone.name, gone.answers) == ("hidden/2", 1)
        assert identity.orphan(study, "hidden/2") == gone
        with pytest.raises(SrsError, match="give the note back this number"):
            identity.relink(study, gone, find(study, "Hidden"), NOW, locked=False)
    corpus.write(CLOZE)
    with corpus.open() as study:
        assert (reps(study, guid, 1), reps(study, guid, 2)) == (1, 1)
        assert identity.orphans(study) == []


def test_orphans_are_deleted_on_request_and_a_copy_is_kept(replaced: tuple[Corpus, str]) -> None:
    corpus, guid = replaced
    with corpus.open() as study:
        identity.delete(study, identity.orphans(study), NOW, locked=False)
        assert identity.orphans(study) == []
        (rows,) = study.database.connection.execute("select count(*) from revlog").fetchone()
        assert rows == 0
    assert guid not in corpus.lock()
    assert len(list((corpus.root / ".srs" / "backups").glob("*-orphans.db"))) == 1
    corpus.write(APPEND + EXTEND + OTHER)
    with corpus.open() as study:
        assert reps(study, find(study, "append").guid) == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [("nope", "no orphan is called nope"), ("who", "no orphan is called who"), ("", "no orphan")],
)
def test_an_orphan_that_is_none(replaced: tuple[Corpus, str], name: str, message: str) -> None:
    with replaced[0].open() as study, pytest.raises(SrsError, match=message):
        identity.orphan(study, name)


def test_locked_changes_nothing(replaced: tuple[Corpus, str]) -> None:
    corpus, guid = replaced
    with corpus.open() as study:
        note, gone = find(study, "extend"), identity.orphan(study, guid)
        before = corpus.lock()
        for act in (
            partial(identity.relink, study, gone, note),
            partial(identity.begin_anew, study, note),
            partial(identity.delete, study, [gone]),
        ):
            with pytest.raises(SrsError, match="without --locked"):
                act(NOW, locked=True)
        assert corpus.lock() == before
        assert identity.orphans(study) == [gone]


def test_cut_short_before_the_lock_is_written_everything_is_as_it_was(
    replaced: tuple[Corpus, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, guid = replaced

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with corpus.open() as study:
        own = find(study, "extend")
        answer(study, own.guid)
        with monkeypatch.context() as patch:
            patch.setattr(identity, "write_lock", killed)
            with pytest.raises(KeyboardInterrupt):
                identity.relink(study, identity.orphan(study, guid), own, NOW, locked=False)
    with corpus.open() as study:
        assert find(study, "extend").guid == own.guid
        assert reps(study, own.guid) == 1
        assert [orphan.guid for orphan in identity.orphans(study)] == [guid]


def many(count: int) -> str:
    return "".join(f"## Question {n}?\n\nThe answer to number {n}.\n\n" for n in range(count))


def test_most_of_a_corpus_does_not_vanish_unasked(corpus: Corpus) -> None:
    corpus.write(many(10))
    with corpus.open() as study:
        before = {stored.guid for stored in study.notes(None, NOW)}
    lock, data = corpus.lock(), (corpus.root / ".srs" / "srs.db").read_bytes()
    corpus.write(many(4))
    with (
        pytest.raises(SrsError, match=r"6 of 10 notes in .* are gone, so nothing was changed"),
        corpus.open(),
    ):
        pass
    assert (corpus.lock(), (corpus.root / ".srs" / "srs.db").read_bytes()) == (lock, data)
    corpus.write(many(5))
    with corpus.open() as study:
        assert study.refreshed.report == "5 lost"
    corpus.write(many(10))
    with corpus.open() as study:
        assert study.refreshed.report == "5 returned, 0 lost"
        assert {stored.guid for stored in study.notes(None, NOW)} == before
    (corpus.root / "deck.md").unlink()
    with corpus.open(yes=True) as study:
        assert study.refreshed.report == "10 lost"


def test_a_draft_is_put_away_and_comes_back_with_its_progress(corpus: Corpus) -> None:
    corpus.write(APPEND + OTHER)
    with corpus.open() as study:
        guid = find(study, "append").guid
        answer(study, guid)
    corpus.write(APPEND.replace("do?", "do exactly? {.draft}") + OTHER)
    with corpus.open() as study:
        assert study.refreshed.report == "1 edited, 0 lost"
        assert [stored.note.id for stored in study.notes(None, NOW)] == ["who"]
        assert identity.orphans(study) == []
        assert next_due(study, NOW + timedelta(days=1), study.query("-is:new")) is None
    corpus.write(APPEND.replace("do?", "really do?").replace("one", "a single") + OTHER)
    with corpus.open() as study:
        assert (find(study, "append").guid, reps(study, guid)) == (guid, 1)


BASIC = "A delta is where a river meets the sea, mostly flat.\n\n"
HIDDEN = BASIC.replace("river", "{{c1::river}}")


@pytest.mark.parametrize(
    ("former", "present"), [(BASIC, HIDDEN), (HIDDEN, BASIC)], ids=["to cloze", "to basic"]
)
def test_a_note_that_turns_is_new_and_that_is_said(
    corpus: Corpus, former: str, present: str
) -> None:
    corpus.write("## Which?\n\n" + former + OTHER)
    with corpus.open() as study:
        guid = find(study, "Which").guid
        answer(study, guid)
    corpus.write("## Which?\n\n" + present + OTHER)
    with corpus.open() as study:
        assert study.refreshed.report == "1 new, 1 lost"
        assert study.refreshed.questions == (
            "deck.md:1: a note that becomes a cloze note, or ceases to be one, begins anew; "
            f"its former progress is kept as {guid[:8]}",
        )
    corpus.write("## Which?\n\n" + former + OTHER)
    with corpus.open() as study:
        assert (find(study, "Which").guid, reps(study, guid)) == (guid, 1)
