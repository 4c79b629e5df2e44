"""An Anki deck of anybody's becomes a corpus, and goes on living in both."""

import json
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from srs.corpus import lock
from srs.corpus.lock import Lock
from srs.corpus.parse import parse
from srs.corpus.render import Rendered
from srs.corpus.render import note as render
from srs.ids import split_guid
from srs.importers.writing import shape
from srs.model import Kind, Note
from tests.cli.conftest import NOW, Run
from tests.importers.test_package import HOSTILE

if sys.platform == "win32":
    pytest.skip("needs time.tzset", allow_module_level=True)

from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition

from tests.phone import HOURS, Phone

PNG = b"\x89PNG\r\n\x1a\n"
NOTES = [
    ("Basic", "Python::Basics", ["What is a <b>list</b>?", "A <i>mutable</i> sequence &lt;3<br>x"]),
    ("Basic", "Python::Basics", ["What is a <b>list</b>?", "asked twice"]),
    ("Basic (and reversed card)", "French", ["le chat", '<img src="a cat.png"> [sound:meow.mp3]']),
    ("Basic (optional reversed card)", "French", ["un", "one", "y"]),
    ("Basic (optional reversed card)", "French", ["deux", "two", ""]),
    ("Basic (type in the answer)", "Python", ["2 + 2", "4"]),
    (
        "Cloze", "Python",
        ["A {{c1::hidden::hint}} word, {{c3::<b>bold</b>}}, "
         '<pre><code class="language-python">x = {{c2::[1, 2]}}</code></pre>', r"more \(x^2\)"],
    ),
    ("Cloze", "Python", ["## no<div>---</div>{{c1::<div>a</div><div>b</div>}}", ""]),
    ("Cloze", "Python", ["no cloze at all", "extra"]),
    (
        "Basic", "Python",
        ["<table><tr><th>a<th>b<tr><td>1|2<td><code>x|y</code></table>",
         "<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul><hr>after<hr>"],
    ),
    ("Basic", "Python", ["---", "==="]),
    ("Basic", "Python", ["# h1\n## h2", "&amp;amp; &copy;&nbsp;`t` *s* _u_ $5 $6 [x](y) {{c1::no}}"]),
    ("Basic", "Python", ["too big", "x" * 67_000]),
    ("Basic", "Python", ["brackets", "[a] " * 500]),
    ("Basic", "Python", ["no answer", ""]),
    ("Basic", "Python", ["<script>alert(1)</script>", "<iframe src=x></iframe>"]),
    ("Basic", "数学::代数", [r"\[ \frac{a}{b} \]", "[latex]\\begin{math}x\\end{math}[/latex] [$]y[/$]"]),
    ("Basic", "Python", ["<blockquote>q<blockquote>r</blockquote></blockquote>",
                         "<pre>a\n\n\n## no note\n---\n```\nb</pre>"]),
    ("Basic", "C", ["<div>" * 300 + "deep" + "</div>" * 300, "<ul><li>" * 40 + "x"]),
    ("Basic", "C++", ["ends {#id}", "ends #"]),
    ("Basic", "README", ["a deck of that name", "is one"]),
    ("Three", "Multi", ["aa", "bb", "cc"]),
]  # fmt: skip
LEFT_OUT = 1
TEMPLATES = [
    ("{{A}}", "{{FrontSide}}<hr id=answer>{{B}}"),
    ("{{B}} and?", "{{C}}"),
    ("{{#C}}C: {{text:C}}{{/C}}{{^A}}never{{/A}}", "{{FrontSide}}<hr id=answer>{{A}} {{hint:B}}"),
]


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Phone:
    """Make a collection of somebody who never heard of us, and study it for some days."""
    folder = tmp_path_factory.mktemp("anki")
    phone = Phone(folder / "collection")
    with phone.opened() as collection:
        for name, data in (("a cat.png", PNG), ("meow.mp3", b"ID3"), ("unused.png", PNG)):
            (folder / name).write_bytes(data)
            assert collection.media.add_file(str(folder / name)) == name
        three = collection.models.new("Three")
        for name in "ABC":
            collection.models.add_field(three, collection.models.new_field(name))
        for n, (front, back) in enumerate(TEMPLATES):
            template = collection.models.new_template(f"Card {n}")
            template["qfmt"], template["afmt"] = front, back
            collection.models.add_template(three, template)
        collection.models.add_dict(three)
        for notetype, deck, fields in NOTES:
            note = collection.new_note(collection.models.by_name(notetype))
            note.fields = list(fields)
            note.tags = ["py", "a::b"] if "list" in fields[0] else []
            collection.add_note(note, collection.decks.id(deck))
        config = collection.decks.config_dict_for_deck_id(1)
        config["desiredRetention"] = 0.85
        collection.decks.update_config(config)
    phone.add_notes(0)
    rng = random.Random(7)
    for deck in ("Python", "French", "Multi") * 3:
        with phone.opened() as collection:
            collection.decks.set_current(collection.decks.id(deck))
        phone.answer(12, rng)
        phone.let_days_pass(1)
    phone.compute_anew()
    with phone.opened() as collection:
        collection.sched.suspend_cards(collection.find_cards('"le chat"')[:1])
        collection.set_user_flag_for_cards(1, collection.find_cards('"deck of that"'))
    return phone


@pytest.fixture(scope="module")
def file(phone: Phone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return phone.export(tmp_path_factory.mktemp("export"), "new.apkg")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "made"


def now() -> str:
    return datetime.now(timezone(timedelta(hours=HOURS))).isoformat()


def rows(corpus: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(corpus / ".srs" / "srs.db")) as database:
        return database.execute(sql).fetchall()


def notes(corpus: Path) -> dict[str, tuple[Note, Rendered]]:
    """Return the notes of a corpus by their ids."""
    found = {}
    for path in sorted(corpus.rglob("*.md")):
        deck, _ = parse(path.read_text(encoding="utf-8"), path.relative_to(corpus).as_posix())
        found.update({note.id: (note, render(note)) for note in deck.notes} if deck else {})
    return found


def locked(corpus: Path) -> Lock:
    return lock.parse((corpus / "srs.lock").read_text(encoding="utf-8"))


def test_a_deck_becomes_a_corpus_without_errors(run: Run, file: Path, here: Path) -> None:
    done = run("import", file, "--to", here, now=now())
    assert done.exit_code == 0, done.output
    checked = run("--decks", here, "check")
    assert checked.exit_code == 0, checked.stdout
    found = notes(here)
    assert len(found) == len(NOTES) - LEFT_OUT + 2  # one notetype asks three different things
    assert f"{here} has {len(found)} notes," in done.stdout
    assert "8 decks" in done.stdout
    assert "2 images and sounds, 1 card suspended" in done.stdout
    for said in (
        "note longer than 64 kB, left out (1)",
        "script (1)",
        "embedded page or video (1)",
        "flag of a card (1)",
        "card that is a note of its own here, and exported begins anew in Anki (2)",
    ):
        assert f"srs: not kept: {said}\n" in done.stderr
    assert "retention = 0.85" in done.stderr
    assert "change the notetype of these notes once" in done.stderr
    files = {path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file()}
    assert {file for file in files if not file.startswith(".srs")} == {
        "srs.toml", "srs.lock", "python.md", "python/basics.md", "french.md", "multi.md", "c.md",
        "c-2.md", "deck-readme.md", "数学/代数.md", "media/a-cat.png", "media/meow.mp3",
    }  # fmt: skip
    assert (here / "media" / "a-cat.png").read_bytes() == PNG
    assert run("--decks", here, "lock", "--check").exit_code == 0


EXPECTED = {
    "what-is-a-list": (Kind.BASIC, "## What is a **list**?", "A *mutable* sequence \\<3<br>x"),
    "le-chat": (Kind.REVERSED, "## le chat", "![](media/a-cat.png) ![](media/meow.mp3)"),
    "un": (Kind.REVERSED, "## un", "one"),
    "deux": (Kind.BASIC, "## deux", "two"),
    "2-2": (Kind.TYPED, "## 2 + 2", "4"),
    "a-hidden-word-bold": (
        Kind.CLOZE, "## A {{c1::hidden::hint}} word, {{c3::**bold**}},",
        "```python\nx = {{c2::[1, 2]}}\n```\n\n---\n\nmore $x^2$",
    ),
    "no": (Kind.CLOZE, "## ## no", "\\---\n\n{{c1::a}}\n\n{{c1::b}}"),
    "no-cloze-at-all": (Kind.BASIC, "## no cloze at all", "extra"),
    "h1-h2": (
        Kind.BASIC, "## # h1 ## h2",
        r"\&amp; © \`t\` \*s\* \_u\_ \$5 \$6 \[x\](y) \{{c1::no}}",
    ),
    "no-answer": (Kind.BASIC, "## no answer", "(empty)"),
    "ends-id": (Kind.BASIC, "## ends &#123;#id}", "ends #"),
    "aa": (Kind.BASIC, "## aa", "bb"),
    "bb-and": (Kind.BASIC, "## bb and?", "cc"),
    "c-cc": (Kind.BASIC, "## C: cc", "aa\n\n<details><summary>B</summary>\n\nbb\n\n</details>"),
}  # fmt: skip


def test_notes_are_written_as_a_person_would(run: Run, file: Path, here: Path) -> None:
    run("import", file, "--to", here, now=now())
    found = notes(here)
    texts = "\n".join(path.read_text(encoding="utf-8") for path in here.rglob("*.md"))
    for id, (kind, heading, body) in EXPECTED.items():
        assert found[id][0].kind is kind, id
        at = texts.index(f"<!-- {{#{id}")
        assert texts[:at].endswith(f"{heading}\n"), id
        assert texts[at:].split("-->", 1)[1].lstrip("\n").startswith(f"{body}\n"), id
    assert found["what-is-a-list"][0].tags == ("a::b", "py")
    assert found["what-is-a-list"][0].deck == "Python::Basics"
    assert "alert" not in texts


@pytest.mark.parametrize("name", ["legacy.apkg", "new.colpkg", "legacy.colpkg", "collection.anki2"])
def test_every_format_says_the_same(
    run: Run, phone: Phone, file: Path, here: Path, tmp_path: Path, name: str
) -> None:
    run("import", file, "--to", here, now=now())
    other = tmp_path / "other"
    source = phone.path if name == phone.path.name else phone.export(tmp_path, name)
    done = run("import", source, "--to", other, now=now())
    assert done.exit_code == 0, done.output
    texts = {p.relative_to(here): p.read_bytes() for p in here.rglob("*.md")}
    assert {p.relative_to(other): p.read_bytes() for p in other.rglob("*.md")} == texts
    assert (other / "srs.lock").read_bytes() == (here / "srs.lock").read_bytes()
    assert (other / "media" / "a-cat.png").read_bytes() == PNG
    log = "select guid, ord, time, kind, rating from revlog where kind <> 'suspend' order by time"
    assert rows(other, log) == rows(here, log)


def test_the_whole_history_comes_along(run: Run, phone: Phone, file: Path, here: Path) -> None:
    run("import", file, "--to", here, now=now())
    stored = phone.rows(
        "select n.guid, c.ord + 1, c.id, n.id, json_extract(c.data, '$.s'), "
        "json_extract(c.data, '$.d') from cards c join notes n on n.id = c.nid where c.type > 0"
    )
    known = {
        (guid, ord): memory
        for guid, ord, *memory in rows(here, "select guid, ord, stability, difficulty from cards")
    }
    lock_ = locked(here)
    asked_apart = {guid for (guid,) in phone.rows("select guid from notes where flds like 'aa%'")}
    too_big = {guid for (guid,) in phone.rows("select guid from notes where flds like 'too big%'")}
    compared = 0
    for guid, ord, card, note, stability, difficulty in stored:
        if guid in too_big:
            continue
        if (guid in asked_apart and ord > 1) or guid not in lock_:
            guid, ord = split_guid(guid, ord), 1
        else:
            assert lock_[guid].created == note
        assert dict(lock_[guid].ords)[ord] == card
        assert known[guid, ord][0] == pytest.approx(stability, rel=1e-4, abs=1e-4)
        assert known[guid, ord][1] == pytest.approx(difficulty, rel=1e-4, abs=1e-3)
        compared += 1
    assert compared > 15
    answers = rows(here, "select count(*) from revlog where kind = 'answer'")[0][0]
    kept = phone.rows(
        "select count(*) from revlog r join cards c on c.id = r.cid join notes n on n.id = c.nid "
        "where n.flds not like 'too big%'"
    )
    assert answers == kept[0][0]
    suspended = rows(
        here, "select n.id, c.ord from cards c join notes n using (guid) where suspended"
    )
    assert suspended == [("le-chat", 1)]


def test_reviews_made_later_in_anki_match(
    run: Run, phone: Phone, file: Path, here: Path, tmp_path: Path
) -> None:
    """Also those of a card that is a note of its own here, or was of a cloze note without any."""
    run("import", file, "--to", here, now=now())
    shutil.copytree(phone.path.parent, tmp_path / "own")
    own = Phone(tmp_path / "own")
    with own.opened() as collection:
        ids = collection.find_cards("deck:Multi or deck:Python")
        collection.sched.set_due_date(ids, "0")
        collection.sched.suspend_cards(collection.find_cards('"too big"'))
        collection.decks.set_current(collection.decks.id("Multi"))
    assert own.answer(3, random.Random(3)) == 3
    with own.opened() as collection:
        collection.decks.set_current(collection.decks.id("Python"))
    done = 3 + own.answer(50, random.Random(3))
    before = rows(here, "select count(*) from revlog where kind = 'answer'")[0][0]
    said = run("--decks", here, "import", own.export(tmp_path, "new.apkg"), now=now()).stdout
    assert said.startswith(f"{done} new reviews")
    assert rows(here, "select count(*) from revlog where kind = 'answer'")[0][0] == before + done
    for id in ("bb-and", "no-cloze-at-all"):
        late = f"select max(r.time) from revlog r join notes n using (guid) where n.id = '{id}'"
        assert rows(here, late)[0][0] / 1000 > datetime.fromisoformat(now()).timestamp() - 60


def test_anki_takes_the_deck_over_by_a_change_of_notetype(
    run: Run, phone: Phone, here: Path, tmp_path: Path
) -> None:
    """What the README says: import, change the notetype, import once more with “Always”.

    “Merge notetypes” is no way: it hangs the old cards on their old templates beside new ones.
    """
    shutil.copytree(phone.path.parent, tmp_path / "own")
    own = Phone(tmp_path / "own")
    run("import", own.export(tmp_path, "legacy.apkg"), "--to", here, now=now())
    package = tmp_path / "ours.apkg"
    earlier = datetime.fromisoformat(now()) - timedelta(hours=1)
    run("--decks", here, "export", "apkg", package, now=earlier.isoformat())
    taken_over = {"Basic": "srs", "Basic (and reversed card)": "srs", "Cloze": "srs cloze",
                  "Basic (optional reversed card)": "srs", "Basic (type in the answer)": "srs"}  # fmt: skip

    def take(**options: Any) -> Any:
        request = ImportAnkiPackageRequest(
            package_path=str(package), options=ImportAnkiPackageOptions(**options)
        )
        with own.opened() as collection:
            return collection.import_anki_package(request).log

    log = take()
    assert len(log.conflicting) == len(NOTES) - LEFT_OUT - 1  # one is a cloze note without any
    assert not log.updated
    cards = (
        "select c.id, c.ord, c.type, c.ivl, c.reps, json_extract(c.data, '$.s') from cards c "
        "join notes n on n.id = c.nid join notetypes t on t.id = n.mid "
        "where t.name in ({}) order by c.id"
    )
    before = own.rows(cards.format(", ".join(f"'{name}'" for name in taken_over)))
    logged = own.rows("select id, cid, ease from revlog order by id")
    with own.opened() as collection:
        for old, new in taken_over.items():
            ids = collection.models.by_name(old)["id"], collection.models.by_name(new)["id"]
            change = collection.models.change_notetype_info(
                old_notetype_id=ids[0], new_notetype_id=ids[1]
            ).input
            change.note_ids.extend(
                id for id in collection.models.nids(ids[0])
                if not collection.get_note(id).fields[0].startswith(("too big", "no cloze"))
            )  # fmt: skip
            collection.models.change_notetype_of_notes(change)
    log = take(
        update_notes=ImportAnkiPackageUpdateCondition.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS
    )
    assert len(log.updated) == len(NOTES) - LEFT_OUT - 2  # that, and what asks three things
    after = {row[0]: row for row in own.rows("select c.id, c.ord, c.type, c.ivl, c.reps, json_extract(c.data, '$.s') from cards c")}  # fmt: skip
    assert [after[row[0]] for row in before] == before
    assert own.rows("select id, cid, ease from revlog order by id") == logged
    fields = dict(own.rows("select guid, flds from notes"))
    lock_ = locked(here)
    front = next(fields[guid] for guid in lock_ if lock_[guid].id == "what-is-a-list")
    assert front.startswith("<h2>What is a <strong>list</strong>?</h2>")
    with own.opened() as collection:
        collection.sched.set_due_date(collection.find_cards("deck:French"), "0")
        collection.decks.set_current(collection.decks.id("French"))
    done = own.answer(3, random.Random(1))
    assert done == 3
    said = run("--decks", here, "import", own.export(tmp_path, "new.colpkg"), now=now()).stdout
    assert said.startswith("3 new reviews")


def test_our_own_package_comes_back_the_same(run: Run, shipped: Path, tmp_path: Path) -> None:
    package, back = tmp_path / "own.apkg", tmp_path / "back"
    run("--decks", shipped, "--db", tmp_path / "x.db", "export", "apkg", package)
    done = run("import", package, "--to", back)
    assert done.exit_code == 0, done.output
    assert "simplified" not in done.stderr
    theirs, ours = notes(back), notes(shipped)
    before, after = locked(shipped), locked(back)
    assert {before[guid].id: before[guid].ords for guid in before} == {
        after[guid].id: after[guid].ords for guid in after
    }
    guids = {before.id(guid): guid for guid in before}
    assert len(theirs) > 90
    for id, (note, read) in theirs.items():
        was, rendered = ours[id]
        rendered = rendered.shuffled(guids[id])
        assert shape(read.front) == shape(rendered.front), id
        if "media/" not in was.back:
            assert (shape(read.back), shape(read.source)) == (
                shape(rendered.back), shape(rendered.source),
            ), id  # fmt: skip
        assert note.deck == was.deck
        assert note.ords == was.ords
        assert note.kind is was.kind or "\n" in rendered.typed or was.kind is Kind.EXERCISE


def test_settings_are_taken_over_if_asked_for(run: Run, file: Path, here: Path) -> None:
    done = run("import", file, "--to", here, "--settings", now=now())
    assert "retention" not in done.stderr
    written = (here / ".srs" / "config.toml").read_text(encoding="utf-8")
    assert "retention = 0.85\nnew_per_day = 20\nreviews_per_day = 200\n" in written
    assert "0.85" in run("--decks", here, "config", "retention").stdout
    assert run("import", file, "--settings").exit_code == 2


def test_a_dry_run_and_for_programs(run: Run, file: Path, here: Path) -> None:
    done = run("import", file, "--to", here, "--dry-run", "--json", now=now())
    found = json.loads(done.stdout)
    assert found["dry_run"] is True
    assert found["notes"] == len(NOTES) - LEFT_OUT + 2
    assert found["decks"]["Python::Basics"] == 2
    assert found["not_kept"]["script"] == 1
    assert found["settings"].startswith("retention = 0.85")
    assert not here.exists()


@pytest.mark.parametrize("option", [("--db", "x.db"), ("--decks", "."), ("--locked",)])
def test_options_of_another_corpus_are_refused(
    run: Run, file: Path, here: Path, option: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(*option, "import", file, "--to", here)
    assert done.exit_code == 2
    assert f"{option[0]} does not go with --to" in done.stderr
    assert not here.exists()
    monkeypatch.setenv("SRS_DB", str(here.parent / "x.db"))
    assert run("import", file, "--to", here, "--dry-run", now=now()).exit_code == 0


@pytest.mark.parametrize(
    "make", [Path.touch, lambda folder: (folder.mkdir(), (folder / "x").touch())]
)
def test_a_folder_in_use_is_left_alone(
    run: Run, file: Path, here: Path, make: Callable[[Path], object]
) -> None:
    make(here)
    before = sorted(here.parent.rglob("*"))
    done = run("import", file, "--to", here)
    assert done.exit_code == 1
    assert "name a" in done.stderr
    assert sorted(here.parent.rglob("*")) == before


def test_an_empty_folder_is_filled(run: Run, file: Path, here: Path) -> None:
    here.mkdir()
    assert run("import", file, "--to", here, now=now()).exit_code == 0
    assert (here / "srs.toml").exists()


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_made_to_do_harm_makes_nothing(run: Run, tmp_path: Path, case: str) -> None:
    path = tmp_path / "x.apkg"
    HOSTILE[case][0](path)
    before = sorted(tmp_path.rglob("*"))
    done = run("import", path, "--to", tmp_path / "made", now=NOW)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("srs: ")
    assert done.stderr.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


EVERY_KIND = """\
---
deck: Every
tags: [every, a::b]
---

## Stands before the sections, without an id

Plain.

# One

## Front with `code`, *emphasis* and $x<y$
<!-- {#with-id .reversed} -->

- a
  - b

1. c

| a | b |
|---|--:|
| x\\|y | $y<z$ |

> quoted <kbd>x</kbd><br>H<sub>2</sub>O

broken here \x20
and\\
there, but not
here: <b>raw</b> &amp; &copy; **bold *both*** ~~del~~ \\*no\\* a_b

```python
def f(x):  # why
    return {"a": 1}[x] < 2
```

$$x^2 < y$$

![alt](media/A%20Dot.png) ![](media/_meow.mp3) ![](media/gone.png) ![](media/a%20b.mp3) [there](https://example.org/?a=1&b=2)

Source: [there](https://example.org)

## Cloze

A {{c1::b::hint}} and {{c3::`d["e"]`}}

```python
x = {{c2::{'a': {'b': xs[::2]}}}}
```

---

Extra.

## Which?

- [x] this
- [ ] that
- [ ] other

Why.

# Two & more

## Typed
<!-- {#typed .typed .retired tags=own level=mid} -->

Paris

On the Seine.

## What does this print?
<!-- {.predict} -->

```python
print(1)
```

---

```output
1
```

## Asked twice

One.

## Asked twice

Two.

## Write it
<!-- {#write .exercise} -->

```python starter
def f(): ...
```

```python solution
def f():
    return 1
```

```python tests
assert f() == 1
```

## Words
<!-- {.rows .reversed} -->

| a | b |
|---|---|
| un | one |
| *deux* | two |

## Folded

<details><summary>More</summary>

Inside.

</details>
"""


@pytest.fixture
def every(tmp_path: Path) -> Path:
    """Make a corpus of notes of every kind, of which two files are one deck."""
    folder = tmp_path / "every"
    (folder / "media").mkdir(parents=True)
    (folder / "srs.toml").write_text(
        'name = "Every"\nkey = "k"\n[metadata]\nlevel = []\n', encoding="utf-8"
    )
    (folder / "a.md").write_text(EVERY_KIND, encoding="utf-8")
    (folder / "b.md").write_text(
        "---\ndeck: Every\n---\n\n## In no section, though after one\n\nYes.\n", encoding="utf-8"
    )
    (folder / "media" / "A Dot.png").write_bytes(PNG)
    (folder / "media" / "_meow.mp3").write_bytes(b"ID3")
    return folder


def test_what_comes_back_unchanged_is_exported_as_it_was(
    run: Run, every: Path, tmp_path: Path
) -> None:
    """As one's own package goes to a new computer by Anki: there nothing is new or updated."""
    package, back, again = tmp_path / "x.apkg", tmp_path / "back", tmp_path / "again.apkg"
    assert run("--decks", every, "export", "apkg", package, now=NOW).exit_code == 0
    own = Phone(tmp_path / "phone")
    own.take(package)
    for name in ("new.apkg", "legacy.apkg"):
        shutil.rmtree(back, ignore_errors=True)
        exported = own.export(tmp_path, name)
        assert run("import", exported, "--to", back, now=now()).exit_code == 0
        before = locked(back)
        assert run("--decks", back, "export", "apkg", again, now=now()).exit_code == 0
        assert [before[guid].id for guid in before if before[guid] != locked(back)[guid]] == []
        assert before.keys() == locked(every).keys()
        assert taken(own, again) == (0, 0)
    deck = next(back.glob("*.md"))
    text = deck.read_text(encoding="utf-8")
    deck.write_text(text.replace("On the Seine", "On the river Seine"), encoding="utf-8")
    run("--decks", back, "export", "apkg", again, now=now())
    assert taken(own, again) == (0, 1)
    media = {path.name for path in (back / "media").iterdir()}
    shutil.rmtree(tmp_path / "third", ignore_errors=True)
    run("import", again, "--to", tmp_path / "third", now=now())
    assert {path.name for path in (tmp_path / "third" / "media").iterdir()} == media


def taken(phone: Phone, package: Path) -> tuple[int, int]:
    """Import a package; return how many notes were new and how many updated."""
    request = ImportAnkiPackageRequest(
        package_path=str(package), options=ImportAnkiPackageOptions()
    )
    with phone.opened() as collection:
        log = collection.import_anki_package(request).log
    return len(log.new), len(log.updated)
