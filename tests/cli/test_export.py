import base64
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from click.testing import Result

from srs.cli import contents
from srs.corpus import lock as lock_
from srs.store.notes import StoredNote
from tests.phone import Phone

IMAGE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
PNG, OTHER_PNG = (
    base64.b64decode(f"iVBORw0KGgoAAAANSUhEUgAAACgAAAAUCAIAAABwJOjsAAAA{rest}")
    for rest in (
        "I0lEQVR4nGNgYDgxQGjU4lGLRy0etXjU4lGLRy0etXjEWAwAX2xxH14cGCAAAAAASUVORK5CYII=",
        "JUlEQVR4nGM4wcAwIGhgbB21eNTiUYtHLR61eNTiUYtHLR4QBABBt3EftyrqYQAAAABJRU5ErkJggg==",
    )
)
Run = Callable[..., Result]


def import_(collection: Collection, path: Path) -> tuple[int, int]:
    """Import a package; return how many notes were new and how many updated."""
    request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    collection.models._clear_cache()
    return len(log.new), len(log.updated)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(str(tmp_path / "collection.anki2"))


def test_the_shipped_corpus_reaches_anki_whole(
    run: Run, shipped: Path, tmp_path: Path, collection: Collection
) -> None:
    out = tmp_path / "python.apkg"
    lock = (shipped / "srs.lock").read_bytes()
    result = run("--decks", shipped, "export", "apkg", out)
    assert result.exit_code == 0
    assert (shipped / "srs.lock").read_bytes() == lock, "the committed lock is up to date"
    new, _ = import_(collection, out)
    assert new >= 60
    assert import_(collection, out) == (0, 0)
    decks = {deck.name for deck in collection.decks.all_names_and_ids()}
    assert {f"Python interview::{d}" for d in ("Data model", "Functions", "Scope")} <= decks
    assert "level::senior" in collection.tags.all()
    for id in collection.find_cards(""):
        output = collection.get_card(id).render_output()
        assert output.question_text.strip()
        assert '<div class="srs">' in output.answer_text
        for text in (output.question_text, output.answer_text):
            assert "{{c" not in text
            assert not any("\ufdd0" <= char <= "\ufdef" for char in text)


def test_one_edit_updates_one_note_in_anki(
    run: Run, corpus: Path, tmp_path: Path, collection: Collection
) -> None:
    out = tmp_path / "small.apkg"
    run("--decks", corpus, "export", "apkg", out)
    assert import_(collection, out) == (3, 0)
    deck = corpus / "deck.md"
    deck.write_text(deck.read_text().replace("First answer", "Mended answer"), encoding="utf-8")
    run("--decks", corpus, "export", "apkg", out, now="2026-11-22T18:00:00+01:00")
    assert import_(collection, out) == (0, 1)
    assert len(collection.find_notes("Mended")) == 1


def test_two_fresh_databases_give_the_same_bytes(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("--decks", corpus, "export", "apkg", tmp_path / "zero.apkg")
    for n in (1, 2):
        run(
            "--decks", corpus, "--db", tmp_path / f"{n}.db", "export", "apkg", tmp_path / f"{n}.apkg",
            now=f"2026-11-21T18:00:0{n}+01:00",
        )  # fmt: skip
    assert (tmp_path / "1.apkg").read_bytes() == (tmp_path / "2.apkg").read_bytes()
    assert (tmp_path / "1.apkg").read_bytes() == (tmp_path / "zero.apkg").read_bytes()


def test_progress_goes_along_only_if_asked_for(
    run: Run, corpus: Path, tmp_path: Path, collection: Collection
) -> None:
    out, plain = tmp_path / "own.apkg", tmp_path / "plain.apkg"
    assert run("--decks", corpus, "export", "apkg", plain).stderr == "srs: 3 new\n"
    untouched = plain.read_bytes()
    run("--decks", corpus, "answer", "first", "easy")
    run("--decks", corpus, "answer", "third/1", "good")
    run("--decks", corpus, "suspend", "second")
    said = run("--decks", corpus, "export", "apkg", plain).stderr
    assert "--progress" in said
    assert plain.read_bytes() == untouched, "what is given away tells nothing of who made it"

    said = run("--decks", corpus, "export", "apkg", out, "--progress").stderr
    assert "the progress of 2 cards (2 answers, 1 suspended)" in said
    for todo in ("Import any learning progress", "Import any deck presets", "switch FSRS on"):
        assert todo in said
    request = ImportAnkiPackageRequest(
        package_path=str(out),
        options=ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True),
    )
    assert len(collection.import_anki_package(request).log.new) == 3
    assert collection.db is not None
    assert collection.db.scalar("select count() from revlog") == 2
    assert collection.db.list("select queue from cards order by queue") == [-1, 0, 1, 2]
    assert [each["name"] for each in collection.decks.all_config()] == ["Default", "Small"]
    assert collection.fix_integrity()[1]


def test_cards_of_retired_notes_rest_in_an_anki_of_one_s_own(
    run: Run, corpus: Path, tmp_path: Path, collection: Collection
) -> None:
    deck = corpus / "deck.md"
    run("--decks", corpus, "answer", "first", "good")
    text = deck.read_text().replace("{#first}", "{#first .retired}")
    deck.write_text(text.replace("{#second}", "{#second .retired}"), encoding="utf-8")
    out = tmp_path / "x.apkg"
    run("--decks", corpus, "export", "apkg", out, "--progress")
    request = ImportAnkiPackageRequest(
        package_path=str(out), options=ImportAnkiPackageOptions(with_scheduling=True)
    )
    collection.import_anki_package(request)
    found = [collection.get_card(id) for id in collection.find_cards("is:suspended")]
    assert {card.note()["Id"] for card in found} == {"first", "second"}
    assert len(collection.find_cards("")) == 4


def test_what_goes_along_is_said_as_it_is(run: Run, corpus: Path, tmp_path: Path) -> None:
    out, deck = tmp_path / "x.apkg", corpus / "deck.md"

    def said() -> str:
        lines = run("--decks", corpus, "export", "apkg", out, "--progress").stderr.splitlines()
        return next(line for line in lines if "preset" in line)

    assert said() == "srs: none of these cards was studied yet: a preset alone goes along"
    (corpus / "other.md").write_text("## Other?\n\nYes.\n", encoding="utf-8")
    (corpus / ".srs" / "config.toml").write_text("[decks.Deck]\nretention = 0.8\n")
    assert said() == "srs: none of these cards was studied yet: 2 presets alone go along"
    run("--decks", corpus, "suspend", "first")
    assert said() == "srs: with the progress of 0 cards (0 answers, 1 suspended) and 2 presets"
    text = deck.read_text().replace("{#third}", "{#third .retired}")
    deck.write_text(text.replace("{#first}", "{#first .retired}"), encoding="utf-8")
    run("--decks", corpus, "answer", "second", "good")
    assert said() == (
        "srs: with the progress of 1 card (1 answer, 3 of retired notes, at rest) and 2 presets"
    )


def test_answers_that_cannot_follow_by_file_are_counted(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    out = tmp_path / "x.apkg"
    run("--decks", corpus, "answer", "first", "easy", now="2026-11-20T18:00:00+01:00")
    first = run("--decks", corpus, "export", "apkg", out, "--progress")
    assert "will not reach" not in first.stderr
    later = run("--decks", corpus, "export", "apkg", out, now="2026-11-22T18:00:00+01:00")
    assert later.stderr == ""
    for card in ("second", "third/1"):
        run("--decks", corpus, "answer", card, "good", now="2026-11-23T18:00:00+01:00")
    run("--decks", corpus, "undo", now="2026-11-23T18:01:00+01:00")
    now = "2026-11-24T18:00:00+01:00"
    for flags in ((), ("--progress",)):
        said = run("--decks", corpus, "export", "apkg", out, *flags, now=now).stderr
        assert "1 answer given here since 2026-11-23 will not reach" in said
        assert "srs import" in said
    run("--decks", corpus, "add", "Fourth?", "New.", "--deck", corpus / "deck.md")
    run("--decks", corpus, "answer", "third/2", "good", now=now)
    said = run("--decks", corpus, "export", "apkg", out, "--progress", now=now).stderr
    assert "2 answers given here since 2026-11-23 will not reach" in said, "new cards travel"


def test_an_answer_that_anki_lacks_counts_until_its_card_is_reviewed_there(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    """Also if Anki forgot the cards, took them in anew, and so has all of it."""
    out = tmp_path / "x.apkg"
    run("--decks", corpus, "export", "apkg", out, "--progress", now="2026-11-20T18:00:00+01:00")
    phone = Phone(tmp_path / "phone")
    phone.take(out, progress=True)
    for card in ("first", "second"):
        run("--decks", corpus, "answer", card, "good")

    def lacking() -> str:
        said = run("--decks", corpus, "export", "apkg", out, "--progress").stderr
        found = re.search(r"(\d) answers? given here since \S+ will not reach", said)
        return found[1] if found else ""

    assert [lacking(), lacking()] == ["2", "2"]
    late = "2100-01-01T12:00:00+00:00"
    phone.answer(1, random.Random(1))
    (front,) = (flds for (flds,) in phone.rows(
        "select n.flds from notes n join cards c on c.nid = n.id where c.reps > 0"
    ))  # fmt: skip
    assert run("--decks", corpus, "import", phone.path, now=late).exit_code == 0
    assert lacking() == ("1" if "First" in front or "Second" in front else "2")
    with phone.opened() as collection:
        collection.remove_notes(collection.find_notes(""))
    phone.take(out, progress=True)
    assert run("--decks", corpus, "import", phone.path, now=late).exit_code == 0
    assert lacking() == ""


def test_answers_of_cards_that_anki_has_by_a_plain_package_are_counted(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    """Anki takes no progress with a card that it has, as its own core shows."""
    out, phone = tmp_path / "x.apkg", Phone(tmp_path / "phone")
    run("--decks", corpus, "export", "apkg", out, "first", "--progress")
    phone.take(out, progress=True)
    plain = run("--decks", corpus, "export", "apkg", out)
    assert "will not reach" not in plain.stderr
    phone.take(out)
    run("--decks", corpus, "answer", "second", "good", now="2026-11-23T18:00:00+01:00")
    said = run("--decks", corpus, "export", "apkg", out, "--progress").stderr
    assert "1 answer given here since 2026-11-23 will not reach your Anki" in said
    phone.take(out, progress=True)
    assert phone.rows("select count() from cards where reps > 0") == [[0]]


def test_answers_of_cards_that_came_back_from_anki_are_counted(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    """A card with reviews of Anki's is there, however it came there."""
    out, phone = tmp_path / "x.apkg", Phone(tmp_path / "phone")
    run("--decks", corpus, "export", "apkg", out, "first")
    phone.take(out)
    phone.answer(1, random.Random(1))
    late = "2100-01-01T12:00:00+00:00"
    assert run("--decks", corpus, "import", phone.path, now=late).exit_code == 0
    run("--decks", corpus, "answer", "first", "good", now="2100-01-02T12:00:00+00:00")
    said = run("--decks", corpus, "export", "apkg", out, "--progress", now=late).stderr
    assert "1 answer given here since 2100-01-02 will not reach your Anki" in said


def test_new_cards_come_in_the_corpus_order_or_by_signal(
    run: Run, corpus: Path, tmp_path: Path, collection: Collection
) -> None:
    deck = corpus / "deck.md"
    with (corpus / "srs.toml").open("a", encoding="utf-8") as file:
        file.write("\n[metadata]\nsignal = []\n")
    text = deck.read_text().replace("{#second}", "{#second signal=very-high}")
    deck.write_text(text.replace("{#third}", "{#third signal=low}"), encoding="utf-8")
    for order, expected in (
        ((), ["first", "second", "third"]),
        (("--order", "signal"), ["second", "third", "first"]),
    ):
        out = tmp_path / "x.apkg"
        run("--decks", corpus, "export", "apkg", out, *order)
        import_(collection, out)
        notes = [collection.get_note(id) for id in collection.find_notes("")]
        assert [n["Id"] for n in sorted(notes, key=lambda n: n.cards()[0].due)] == expected
        collection.remove_notes(collection.find_notes(""))


def test_readers_are_told_what_is_new_and_how_to_take_it(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    out, told = tmp_path / "x.apkg", tmp_path / "notes.md"

    def tell(*options: str) -> str:
        run("--decks", corpus, "export", "apkg", out, "--notes", told, *options)
        return told.read_text(encoding="utf-8")

    text = tell()
    assert "# Small\n" in text
    assert "Tools, Empty Cards" in text
    assert "3 notes, 4 cards: 3 new, 0 changed; 0 retired in all." in text
    assert "tag:srs::retired" not in text
    git = ("git", "-C", str(corpus), "-c", "user.name=a", "-c", "user.email=a@b")
    for command in (
        ("init", "-q"),
        ("add", "srs.toml", "srs.lock", "deck.md"),
        ("commit", "-qm", "a"),
    ):
        subprocess.run([*git, *command], check=True)
    assert ": 0 new, 0 changed; 0 retired in all." in tell()
    deck = corpus / "deck.md"
    text = (
        deck.read_text()
        .replace("First answer", "Mended")
        .replace("{#second}", "{#second .retired}")
    )
    deck.write_text(f"{text}\n## Fourth?\n\nNew.\n", encoding="utf-8")
    text = tell()
    assert "4 notes, 5 cards: 1 new, 2 changed; 1 retired in all." in text
    assert "tag:srs::retired" in text
    assert "Update notes" in text
    assert ": 0 new, 0 changed; 1 retired in all." in tell()
    assert ": 1 new, 2 changed; 1 retired in all." in tell("--since", "HEAD")
    assert run("--decks", corpus, "export", "apkg", out, "--since", "HEAD").exit_code == 2


def test_cards_that_a_note_lost_are_what_anki_finds_empty(
    run: Run, corpus: Path, tmp_path: Path, collection: Collection
) -> None:
    """As the release notes say."""
    out, deck = tmp_path / "x.apkg", corpus / "deck.md"
    text = deck.read_text()
    deck.write_text(text.replace("{#first}", "{#first .reversed}"), encoding="utf-8")
    run("--decks", corpus, "export", "apkg", out)
    import_(collection, out)
    deck.write_text(text.replace("{{c2::another}}", "another"), encoding="utf-8")
    run("--decks", corpus, "export", "apkg", out, now="2026-11-22T18:00:00+01:00")
    import_(collection, out)
    empty = [id for note in collection.get_empty_cards().notes for id in note.card_ids]
    found = {(card.note()["Id"], card.ord) for card in map(collection.get_card, empty)}
    assert found == {("first", 1), ("third", 1)}


def test_others_can_answer_and_add_while_a_package_is_written(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large corpus takes a while; what the others did meanwhile must not be lost."""
    really = contents._written
    done: list[int] = []

    def slowly(root: Path, stored: StoredNote) -> str:
        if not done:
            done.append(run("--decks", corpus, "answer", "second", "good").exit_code)
            done.append(run("--decks", corpus, "add", "Meanwhile?", "Yes.").exit_code)
        return really(root, stored)

    monkeypatch.setattr(contents, "_written", slowly)
    run("--decks", corpus, "lock")
    result = run("--decks", corpus, "export", "apkg", tmp_path / "x.apkg")
    assert (result.exit_code, done) == (0, [0, 0])
    assert result.stdout.endswith("3 notes, 4 cards.\n")
    lock = lock_.parse((corpus / "srs.lock").read_text(encoding="utf-8"))
    assert len(lock) == 4
    assert sum(entry.released for entry in lock.values()) == 3
    assert run("--decks", corpus, "lock", "--check").exit_code == 0


def test_what_cannot_be_finished_leaves_nothing_behind(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    nothing = run("--decks", corpus, "export", "apkg", folder / "x.apkg", "nothing-like-this")
    assert (nothing.exit_code, "no note matches" in nothing.stderr) == (1, True)
    run("--decks", corpus, "lock")
    stale = run("--locked", "--decks", corpus, "export", "apkg", folder / "x.apkg")
    assert (stale.exit_code, "run `srs lock`" in stale.stderr) == (1, True)
    assert not [*folder.iterdir()]


def test_a_query_chooses_what_is_written(run: Run, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "one.apkg"
    assert run("--decks", corpus, "export", "apkg", out, "id:third").stdout == (
        f"{out}: 1 note, 2 cards.\n"
    )
    pdf = tmp_path / "one.pdf"
    run("--decks", corpus, "export", "pdf", pdf, "id:third/2", "--layout", "cards")
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "third/2" in text
    assert "third/1" not in text
    nothing = run("--decks", corpus, "export", "pdf", pdf, "nothing-like-this")
    assert (nothing.exit_code, "no note matches" in nothing.stderr) == (1, True)


@pytest.mark.parametrize("layout", ["sheet", "cards"])
@pytest.mark.parametrize("paper", [("a4", 595.276), ("letter", 612.0)])
def test_pdfs_of_the_shipped_corpus(
    run: Run, shipped: Path, tmp_path: Path, layout: str, paper: tuple[str, float]
) -> None:
    out = tmp_path / "x.pdf"
    name, width = paper
    result = run("--decks", shipped, "export", "pdf", out, "--layout", layout, "--paper", name)
    assert result.exit_code == 0
    document = pypdfium2.PdfDocument(out)
    assert abs(document[0].get_width() - width) < 0.1
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert "legb-order" in text
    assert "shows through all the others" in " ".join(text.split())
    assert not any("\ufdd0" <= char <= "\ufdef" for char in text)


def test_retired_notes_stay_in_anki_with_a_tag_and_leave_paper_and_study(
    run: Run, corpus: Path, tmp_path: Path, collection: Collection
) -> None:
    deck = corpus / "deck.md"
    deck.write_text(deck.read_text().replace("{#first}", "{#first .retired}"), encoding="utf-8")
    out = tmp_path / "x.apkg"
    run("--decks", corpus, "export", "apkg", out)
    assert import_(collection, out) == (3, 0)
    assert len(collection.find_notes("tag:srs::retired")) == 1
    run("--decks", corpus, "export", "pdf", tmp_path / "x.pdf")
    text = pypdfium2.PdfDocument(tmp_path / "x.pdf")[0].get_textpage().get_text_range()
    assert "First answer" not in text
    assert "Second answer" in text
    assert run("--decks", corpus, "due").stdout.split("\n")[1].split() == ["Deck", "2", "0", "0"]


def test_broken_and_draft_notes_stay_out_and_it_is_said(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    deck = corpus / "deck.md"
    text = deck.read_text().replace("{{c2::another}}", "{{c2::another")
    deck.write_text(text.replace("{#first}", "{#first .draft}"), encoding="utf-8")
    result = run("--decks", corpus, "export", "apkg", tmp_path / "x.apkg")
    assert result.exit_code == 0
    assert "1 note, 1 card" in result.stdout
    assert "`srs check` shows where" in result.stderr


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("missing/x.apkg", "there is no folder"),
        ("x.zip", "should end in .apkg"),
    ],
)
def test_a_target_that_cannot_be_written(
    run: Run, corpus: Path, tmp_path: Path, name: str, expected: str
) -> None:
    result = run("--decks", corpus, "export", "apkg", tmp_path / name)
    assert result.exit_code == 1
    assert expected in result.stderr
    assert not (tmp_path / name).exists()


@pytest.fixture
def with_media(corpus: Path) -> Path:
    """Add a deck that shows two files of one name and a sound, and names what cannot be had."""
    for name, data in (("a/dot.png", PNG), ("b/dot.png", OTHER_PNG), ("a/cat.mp3", b"ID3\xff\xfb")):
        (corpus / name).parent.mkdir(exist_ok=True)
        (corpus / name).write_bytes(data)
    (corpus.parent / "secret.png").write_bytes(PNG)
    (corpus / "extra.md").write_text(
        "## Seen\n\n![](a/dot.png) ![](b/dot.png) ![](a/cat.mp3)\n\n"
        "## Not seen\n\n![](gone.png) ![](../secret.png) ![](x.exe)\n\n"
        "## Rows {.rows}\n\n| a | b |\n|---|---|\n| ![](a/cat.mp3) | cat |\n",
        encoding="utf-8",
    )
    return corpus


def test_media_reach_anki(
    run: Run, with_media: Path, tmp_path: Path, collection: Collection
) -> None:
    out = tmp_path / "x.apkg"
    result = run("--decks", with_media, "export", "apkg", out, "extra.md")
    for name in ("gone.png", "../secret.png", "x.exe"):
        assert f"`{name}`" in result.stderr
    import_(collection, out)
    folder = Path(collection.media.dir())
    stored = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(stored.values()) == sorted([PNG, OTHER_PNG, b"ID3\xff\xfb"])
    (seen,) = collection.find_cards("Seen -Not")
    card = collection.get_card(seen)
    assert {stored[name] for name in re.findall(r'src="([^"]+)"', card.answer())} == {
        PNG,
        OTHER_PNG,
    }
    (sound,) = card.answer_av_tags()
    assert stored[getattr(sound, "filename")] == b"ID3\xff\xfb"  # noqa: B009 - one of two types
    (row,) = collection.find_cards("Back:<p>cat</p>")
    assert len(collection.get_card(row).question_av_tags()) == 1
    assert [*collection.media.check().missing] == ["gone.png"]


@pytest.mark.parametrize("layout", ["sheet", "cards"])
def test_media_reach_paper(run: Run, with_media: Path, tmp_path: Path, layout: str) -> None:
    out = tmp_path / "x.pdf"
    result = run("--decks", with_media, "export", "pdf", out, "extra.md", "--layout", layout)
    assert result.exit_code == 0
    pages = [*pypdfium2.PdfDocument(out)]
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    for said in ("[sound: a/cat.mp3]", "[image: gone.png]", "[image: ../secret.png]"):
        assert said in text
    images = [o for page in pages for o in page.get_objects() if o.type == IMAGE]
    assert len(images) == 2


def test_options_have_one_order_everywhere(
    run: Run, corpus: Path, tmp_path: Path, collection: Collection
) -> None:
    written = [f"option {n}" for n in range(6)]
    text = "".join(f"- [{'x' if n == 0 else ' '}] {option}\n" for n, option in enumerate(written))
    (corpus / "deck.md").write_text(f"## Which?\n<!-- {{#x}} -->\n\n{text}", encoding="utf-8")
    shown = [run("--decks", corpus, "show", "x", *flags).stdout for flags in ([], ["--html"])]
    for layout in ("sheet", "cards"):
        out = tmp_path / f"{layout}.pdf"
        run("--decks", corpus, "export", "pdf", out, "--layout", layout)
        pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(out)]
        shown.append("\n".join(pages))
    run("--decks", corpus, "export", "apkg", tmp_path / "x.apkg")
    import_(collection, tmp_path / "x.apkg")
    card = collection.get_card(collection.find_cards("")[0])
    shown.append(card.question() + card.answer().partition('id="answer"')[2])
    first = re.findall(r"option \d", shown[0])
    assert sorted(first[:6]) == written
    assert first[:6] != written
    for text in shown:
        assert re.findall(r"option \d", text) == first[:6] * 2


def test_a_broken_image_does_not_fail_the_document(run: Run, corpus: Path, tmp_path: Path) -> None:
    (corpus / "bad.png").write_bytes(b"no image")
    (corpus / "extra.md").write_text("## Q\n\n![alt text](bad.png)\n", encoding="utf-8")
    out = tmp_path / "x.pdf"
    assert run("--decks", corpus, "export", "pdf", out).exit_code == 0
    document = pypdfium2.PdfDocument(out)
    assert "[image: alt text (bad.png)]" in "".join(
        page.get_textpage().get_text_range() for page in document
    )
