"""Notes made to do harm, and the merely strange: a corpus without errors, or a sentence."""

import json
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from srs.corpus import lock
from srs.ids import split_guid
from tests.cli.conftest import Run
from tests.importers.foreign import BASIC, CLOZE, notetype, package

NOW = "2026-11-21T18:00:00+01:00"
NOON = 1_795_147_200_000
ONE = [(BASIC, ["a", "b"])]
NAMES = [
    "con.png",
    "CON.PNG",
    ".png",
    "x.exe",
    "日.png",
    "a b.png",
    "../b.mp3",
    "/etc/c.gif",
    "..\\d.gif",
]
KEPT: dict[str, dict[str, Any]] = {
    "names that lead out": {
        "notes": [(BASIC, ["a", "".join(f'<img src="{name}">' for name in NAMES)])],
        "media": {str(n): name for n, name in enumerate(NAMES)},
        "files": {str(n): b"x" for n in range(len(NAMES))},
    },
    "a deck that leads out": {"decks": {"1": {"name": "../..::..::/etc::.git::CON", "conf": 1}}},
    "a deck with a long name": {"decks": {"1": {"name": "x" * 5000 + "::" + "é" * 999 + "\n---\nx"}}},
    "a deck with a strange name": {"decks": {"1": {"name": 'a"b\\c\x07\u2028: [{'}}},
    "a deck of brackets": {"decks": {"1": {"name": "[{" * 300}}},
    "no deck": {"decks": {}},
    "too many fields": {"notes": [(BASIC, ["x"] * 900)]},
    "too few fields": {"notes": [(BASIC, ["x"])]},
    "no notetype": {"notes": [(77, ["a", "b", "c"])]},
    "no templates": {"models": {"1": notetype()}, "notes": [(BASIC, ["a", "b"]), (9, ["c", "d"])]},
    "strange guids": {
        "notes": [(BASIC, ["a", str(n)], guid) for n, guid in enumerate(
            ("\t\n#\\x", "-", "<<<<<<<", "", None, "-", "\ufeff#", "é", " ")
        )],
    },
    "strange tags": {
        "notes": [(BASIC, ["a", "b"], "g", 'x"y {#z} --> <!-- srs: ignore --> , a,b "" = \x00 is:new')],
    },
    "many marks of clozes": {
        "notes": [(CLOZE, ["{{c1::" * 99 + "x" + "}}" * 99, ""])],
    },
    "clozes without sense": {
        "notes": [(CLOZE, ["{{c" + "9" * 30 + "::x}} {{c0::y}} {{c501::z}} {{c1::}} {{c1::a", "}}"])],
    },
    "comments": {"notes": [(BASIC, ["a <!--" * 9000, "<!-- x"]), (BASIC, ["a", "<![CDATA[x]]>b<?c?>"])]},
    "deep elements": {
        "notes": [(BASIC, ["<div>" * 9000 + "x", "<b><i>" * 9000 + "y"]),
                  (BASIC, ["<ul><li>" * 999 + "x", "<table><tr><td>" * 999 + "y"]),
                  (BASIC, ["<blockquote>" * 999 + "x", "<details>" * 999 + "y"])],
    },
    "a wide table": {"notes": [(BASIC, ["x", "<table><tr>" + "<td colspan=99999>y" * 999 + "</table>"])]},
    "characters that are none": {"notes": [(BASIC, ["a\x00b\ufdd0 &#0;&#x110000;", "&#55296;\u2029\ufeff"])]},
    "formulas that are none": {
        "notes": [(BASIC, ["\\(" * 2000, "\\(a$b\\) \\( \\) \\(x\\)5 \\[\\text{$z$}\\] [latex]$[/latex]"])],
    },
    "marks of Markdown": {
        "notes": [(BASIC, ["*_" * 2000, "`" * 9000]), (BASIC, ["<b>*</b>" * 999, "a<b>b</b>_" * 999]),
                  (BASIC, ["---", "==="]), (BASIC, ["## x {.rows}", "| a |\n| - |"]),
                  (BASIC, ["<hr>", "<hr>"]), (BASIC, ["<hr>a<hr>b", "c<hr>"]),
                  (BASIC, ["a", "[x](y) [z]: http://u.v " * 99 + "!["])],
    },
    "scripts in templates": {
        "models": {"1": notetype(("<script>{{F}}</script>{{F}}{{/x}}{{^F}}{{u:F}}{{=<% %>=}}", "{{F}}{{#"))},
    },
    "many cards": {"cards": 3000},
    "strange settings": {"dconf": '{"1": {"fsrsParams6": [NaN], "desiredRetention": Infinity}}'},
    "a field of megabytes beside another": {"notes": [(BASIC, ["a", "b" * 3_000_000]), *ONE]},
    "64 kB": {"notes": [(BASIC, ["a", "word " * 13_000]), (BASIC, ["b", "&lt;" * 40_000]), *ONE]},
}  # fmt: skip


@pytest.mark.parametrize("case", KEPT)
def test_strange_notes_make_a_corpus_without_errors(run: Run, tmp_path: Path, case: str) -> None:
    path = package(tmp_path / "x.apkg", **{"notes": ONE, **KEPT[case]})
    before = set(tmp_path.rglob("*"))
    done = run("import", path, "--to", tmp_path / "made")
    assert done.exit_code == 0, done.output
    checked = run("--decks", tmp_path / "made", "check")
    assert checked.exit_code == 0, checked.stdout
    assert run("--decks", tmp_path / "made", "lock", "--check").exit_code == 0
    outside = {p for p in tmp_path.rglob("*") if not p.is_relative_to(tmp_path / "made")}
    assert {p for p in outside if p.is_relative_to(tmp_path / "home")} | before >= outside
    for file in (tmp_path / "made").rglob("*"):
        assert not file.is_symlink()
        assert file.stat().st_mode & 0o111 == 0 or file.is_dir()


REFUSED: dict[str, dict[str, Any]] = {
    "no notes": {"notes": []},
    "no cards": {"cards": 0},
    "no fields": {"notes": [(BASIC, None)]},
    "notetypes that are no JSON": {"models": "{"},
    "notetypes in a list": {"models": "[1]"},
    "notetypes nested deeply": {"models": "[" * 100_000},
    "notetypes of no number": {"models": {"x": {}}},
    "a deck that is a list": {"decks": {"1": []}},
    "settings of text": {"dconf": '{"1": {"fsrsParams6": ["x"]}}'},
    "a template as large as a disk": {
        "models": {"1": notetype(("{{F}}" * 100_000, "x"))}, "notes": [(BASIC, ["a" * 1000, "b"])],
    },
    "a list of media that is none": {"media": "[1]"},
    "a list of media nested deeply": {"media": "[" * 100_000},
    "a medium as large as a disk": {
        "notes": [(BASIC, ["a", "<img src=x.png>"])], "media": {"0": "x.png"},
        "files": {"0": bytes(101 * 2**20)},
    },
    "tables that are missing": {"script": "alter table notes drop column tags"},
    "views": {"script": "drop table notes; create view notes as select 1 id"},
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_deck_is_refused_with_a_sentence(run: Run, tmp_path: Path, case: str) -> None:
    path = package(tmp_path / "x.apkg", **{"notes": ONE, **REFUSED[case]})
    before = set(tmp_path.rglob("*"))
    done = run("import", path, "--to", tmp_path / "made")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("srs: ")
    assert done.stderr.count("\n") == 1
    assert set(tmp_path.rglob("*")) == before


def test_media_get_names_that_are_safe_everywhere(run: Run, tmp_path: Path) -> None:
    path = package(tmp_path / "x.apkg", **KEPT["names that lead out"])
    run("import", path, "--to", tmp_path / "made")
    names = {file.name for file in (tmp_path / "made" / "media").iterdir()}
    assert names == {
        "con-file.png", "con-file-2.png", "file.png", "a-b.png", "b.mp3", "etc-c.gif", "d.gif",
    }  # fmt: skip


def test_suspended_cards_that_were_never_studied_are_suspended(run: Run, tmp_path: Path) -> None:
    path = package(tmp_path / "x.apkg", ONE, types=(0, -1))
    run("import", path, "--to", tmp_path / "made")
    assert "a" in run("--decks", tmp_path / "made", "list", "is:suspended").stdout


def test_a_folder_that_git_ignores(run: Run, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("d.md\n")
    path = package(tmp_path / "x.apkg", ONE)
    done = run("import", path, "--to", tmp_path / "made")
    assert done.exit_code == 1
    assert "git ignores decks" in done.stderr
    assert not (tmp_path / "made").exists()


def test_new_cards_stand_in_their_order(run: Run, tmp_path: Path) -> None:
    path = package(
        tmp_path / "x.apkg", [(BASIC, [name, "b"]) for name in "abc"],
        script="update cards set due = 9 - due",
    )  # fmt: skip
    run("import", path, "--to", tmp_path / "made")
    text = (tmp_path / "made" / "d.md").read_text(encoding="utf-8")
    assert [line for line in text.split("\n") if line.startswith("## ")] == ["## c", "## b", "## a"]


def test_a_deck_of_many_megabytes_is_several_files(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("srs.cli.deckfiles.MAX_FILE", 100)
    path = package(tmp_path / "x.apkg", [(BASIC, [name * 20, "b" * 20]) for name in "abcdef"])
    run("import", path, "--to", tmp_path / "made")
    files = sorted(file.name for file in (tmp_path / "made").glob("*.md"))
    assert files == ["d-2.md", "d-3.md", "d-4.md", "d-5.md", "d-6.md", "d.md"][: len(files)]
    assert len(files) > 1
    assert run("--decks", tmp_path / "made", "check").exit_code == 0
    assert '"D"' in (tmp_path / "made" / "d-2.md").read_text(encoding="utf-8")


def test_a_card_that_becomes_a_note_takes_no_notes_id(run: Run, tmp_path: Path) -> None:
    script = "update notes set id = 10001 where id = 2; update cards set nid = 10001 where nid = 2"
    two = {"1": notetype(("{{F}}", "{{K}}"), ("{{F}}?", "{{K}}"))}
    notes = [(BASIC, ["a", "b"]), (BASIC, ["c", "d"])]
    path = package(tmp_path / "x.apkg", notes, models=two, cards=2, script=script)
    run("import", path, "--to", tmp_path / "made")
    entries = lock.parse((tmp_path / "made" / "srs.lock").read_text(encoding="utf-8"))
    assert sorted(entry.created for entry in entries.values()) == [1, 10001, 10002, 20001]
    assert entries["guid2"].created == 10001


MISSING = [
    '<img src="x.png">',
    '<img src="a b%20&amp;.png">',
    '<img src="été.png">',
    "[sound:a &amp; b.mp3]",
]
"""References as Anki writes them."""
NEVER = [
    "../up.png",
    "..\\up.png",
    "https://example.org/x.png",
    "C:x.png",
    ".png",
    "x.exe",
    "a]b.png",
    "{{c1::x}}.png",
    "&lt;b&gt;.png",
    "Dot.png",
    f"{'x' * 200}.png",
]


def test_media_that_are_missing_are_still_named(run: Run, tmp_path: Path) -> None:
    """So that an export does not take them out of the notes of those who have them."""
    made = tmp_path / "made"
    names = [*MISSING, '<img src="DOT.png">', *(f'<img src="{name}">' for name in NEVER)]
    path = package(
        tmp_path / "x.apkg",
        notes=[(CLOZE, [f"{{{{c1::q {'|'.join(names)}}}}}", ""]), (BASIC, ["a", "".join(MISSING)])],
        media={"0": "DOT.png", "1": "x.png"}, files={"0": b"x"},
    )  # fmt: skip
    done = run("import", path, "--to", made)
    assert done.exit_code == 0, done.output
    assert "srs: d.md: the file holds no `a & b.mp3`\n" in done.stderr
    on_the_web = 1
    said = f"image or sound of a name or kind unknown here ({len(NEVER) - on_the_web})\n"
    assert said in done.stderr
    assert f"put it into {made / 'media'}\n" in done.stderr
    assert [file.name for file in (made / "media").iterdir()] == ["dot.png"]
    checked = run("--decks", made, "check").stdout
    assert "there is no file `media/a b%20&.png` [media]" in checked
    out = tmp_path / "out.apkg"
    exported = run("--decks", made, "export", "apkg", out)
    assert exported.exit_code == 0
    assert "`media/x.png`" in exported.stderr
    with zipfile.ZipFile(out) as archive:
        (name,) = json.loads(archive.read("media")).values()
        assert name.startswith("dot-")
        (tmp_path / "c.db").write_bytes(archive.read("collection.anki2"))
    with closing(sqlite3.connect(tmp_path / "c.db")) as database:
        for (fields,) in database.execute("select flds from notes"):
            for reference in MISSING:
                assert reference.removesuffix(">") in fields
            assert fields.count("<img") == 3 + fields.startswith("<h2>{{")


def log(corpus: Path) -> list[tuple[Any, ...]]:
    """Return the questions' ids and the times of their reviews."""
    with closing(sqlite3.connect(corpus / ".srs" / "srs.db")) as database:
        return database.execute(
            "select n.id, r.time from revlog r left join notes n using (guid) order by r.time"
        ).fetchall()


def reviewed(*reviews: tuple[int, int]) -> str:
    """Return the SQL for reviews, each of a note's first card at a time."""
    rows = ", ".join(f"({time}, {note * 10_000}, 3, 3, 500, 900, 0)" for note, time in reviews)
    return f"insert into revlog (id, cid, ease, ivl, factor, time, type) values {rows}"


def test_reviews_of_a_note_that_is_left_out_go_into_no_other(run: Run, tmp_path: Path) -> None:
    path = package(
        tmp_path / "x.apkg",
        [(BASIC, ["too long", "x" * 67_000], "one"), (BASIC, ["kept", "b"], "one"),
         (BASIC, ["of the same guid", "c"], "one"), (BASIC, ["of no guid", "d"], "")],
        types=(2, 2),
        script=reviewed((1, NOON), (2, NOON + 1), (3, NOON + 2), (3, NOON + 3), (4, NOON + 4)),
    )  # fmt: skip
    done = run("import", path, "--to", tmp_path / "made", now=NOW)
    assert done.exit_code == 0, done.output
    assert "srs: not kept: 3 reviews of what was left out\n" in done.stderr
    assert log(tmp_path / "made") == [("kept", NOON + 1), ("of-no-guid", NOON + 4)]
    assert "scheduling" not in done.stderr


def test_each_deck_keeps_its_limits_and_retention(run: Run, tmp_path: Path) -> None:
    old = {"desiredRetention": 0.8, "fsrsWeights": [1.0] * 17, "new": {"perDay": 5}}
    path = package(
        tmp_path / "x.apkg", [(BASIC, ["a", "b"]), (BASIC, ["c", "d"]), (BASIC, ["e", "f"])],
        decks={"1": {"name": "D", "conf": 1}, "2": {"name": 'E::"q" \x7f', "conf": 2}},
        dconf={"1": {"desiredRetention": 0.9, "new": {"perDay": 9}}, "2": old},
        script="update cards set did = 2 where nid = 3",
    )  # fmt: skip
    done = run("import", path, "--to", tmp_path / "made", "--settings", now=NOW)
    assert "parameters are the same for all decks here: those of E::" in done.stderr
    shown = run("--decks", tmp_path / "made", "config").stdout
    assert done.exit_code == 0
    assert "0.8" in shown
    written = (tmp_path / "made" / ".srs" / "config.toml").read_text(encoding="utf-8")
    assert written.startswith("retention = 0.9\nnew_per_day = 9\n\n[decks.")
    assert written.endswith("]\nretention = 0.8\nnew_per_day = 5\n")


def test_two_cards_in_anki_that_are_one_here_are_named(run: Run, tmp_path: Path) -> None:
    """As after an export was imported there: a card that is a note of its own here came twice."""
    models = {"1": notetype(("{{F}}", "{{K}}"), ("{{K}} and?", "so {{F}}"))}
    reviews = reviewed((1, NOON)).replace("10000", "10001")
    path = package(
        tmp_path / "x.apkg", [(BASIC, ["a", "b"], "one")], models=models, cards=2, script=reviews
    )
    assert run("import", path, "--to", tmp_path / "made", now=NOW).exit_code == 0
    again = ("--decks", tmp_path / "made", "import", path)
    assert "two cards" not in run(*again, now=NOW).stderr
    package(
        path, [(BASIC, ["a", "b"], "one"), (BASIC, ["b and?", "so a"], split_guid("one", 2))],
        models=models, cards=2, script=f"{reviews}; {reviewed((2, NOON + 1000))}",
    )  # fmt: skip
    done = run(*again, now=NOW)
    assert done.stdout.startswith("1 new review of 1 card, 1 already here;")
    assert (
        "srs: two cards in Anki are one card here, which has the reviews of both: b-and: "
        "go on with one in Anki, and suspend the other\n" in done.stderr
    )


def test_media_whose_names_lead_elsewhere_stay_in_their_folder(run: Run, tmp_path: Path) -> None:
    path = package(
        tmp_path / "x.apkg",
        [(BASIC, ["a", '<img src="../../evil.png">'])],
        media={"0": "../../evil.png"},
        files={"0": b"x"},
    )
    done = run("import", path, "--to", tmp_path / "made", now=NOW)
    assert done.exit_code == 0
    found = [path.relative_to(tmp_path) for path in tmp_path.rglob("*evil*")]
    assert found == [Path("made/media/evil.png")]
