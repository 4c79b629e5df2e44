import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

SIX = """\
---
deck: Six
level: [a
---

## One {#same .wrong}

Answer.

## Two

A {{c1::hole.

## Three

Text
---

## Four

## Five
<!-- {#a b} -->

Answer.

## Six

```python
never closed
"""


def test_six_faults_are_six_problems_with_place_quote_caret_and_hint(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "six.md").write_text(SIX, encoding="utf-8")
    result = run("check", tmp_path / "six.md")
    assert result.exit_code == 1
    found = re.findall(r"^six\.md:(\d+):(\d+): .* \[([a-z-]+)\]$", result.stdout, re.MULTILINE)
    assert [(int(line), code) for line, _, code in found] == [
        (3, "front-matter"), (6, "attributes"), (12, "cloze-unclosed"), (17, "setext"),
        (19, "empty-back"), (22, "attributes"), (28, "unclosed"),
    ]  # fmt: skip
    blocks = re.split(r"^(?=six\.md:)", result.stdout, flags=re.MULTILINE)[1:]
    lines = SIX.split("\n")
    for block in blocks:
        line, column = map(int, re.findall(r"\d+", block)[:2])
        quoted = block.split("\n")[1]
        assert quoted == f"  {line} | {lines[line - 1]}"
        caret = block.split("\n")[2]
        assert caret.index("^") == len(f"  {line} | ") + column - 1
        assert "\n  hint: " in block
    assert "7 errors" in result.stderr


def test_the_shipped_corpus_has_no_problems(run: Run, shipped: Path) -> None:
    result = run("--decks", shipped, "check", "--strict")
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.fullmatch(r"\d+ notes in \d+ decks: no problems\.\n", result.stdout)


def test_it_works_in_any_folder_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "notes.md").write_text("## Q\n\nA\n", encoding="utf-8")
    assert run("check", folder).stdout == "1 note in 1 deck: no problems.\n"
    assert [p.name for p in folder.iterdir()] == ["notes.md"]


def test_json_and_strict(run: Run, corpus: Path) -> None:
    (corpus / "extra.md").write_text("stray\n\n## Q\n\nList<int>\n", encoding="utf-8")
    result = run("--decks", corpus, "check", "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["version"] == 1
    assert data["notes"] == 4
    assert [(p["path"], p["line"], p["code"], p["severity"]) for p in data["problems"]] == [
        ("extra.md", 1, "stray-text", "warning"), ("extra.md", 5, "raw-html", "warning")
    ]  # fmt: skip
    assert run("--decks", corpus, "check", "--strict").exit_code == 1


def test_a_warning_is_silenced_in_its_note_or_in_the_whole_corpus(run: Run, corpus: Path) -> None:
    deck = corpus / "extra.md"
    deck.write_text("## Q\n\nList<int> <!-- srs: ignore raw-html -->\n", encoding="utf-8")
    assert "no problems" in run("--decks", corpus, "check").stdout
    deck.write_text("## Q\n\nList<int>\n", encoding="utf-8")
    assert "1 warning" in run("--decks", corpus, "check").stderr
    config = corpus / "srs.toml"
    config.write_text(config.read_text() + "[lints]\nraw-html = false\n", encoding="utf-8")
    assert "no problems" in run("--decks", corpus, "check").stdout


def test_media_are_looked_for_inside_the_corpus_only(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    (corpus / "extra.md").write_text(
        "## Q\n\n![a](gone.png) ![b](../secret.png) ![c](x.exe) ![d](http://x.org/y.png)\n",
        encoding="utf-8",
    )
    result = run("--decks", corpus, "check")
    assert result.exit_code == 1
    assert len(re.findall(r"extra\.md:3:\d+: .*\[media\]", result.stdout)) == 4
    table = "## T {.rows}\n\n| a | b |\n|---|---|\n| c | ![](gone.mp3) |\n"
    (corpus / "extra.md").write_text(table, encoding="utf-8")
    assert "extra.md:5:" in run("--decks", corpus, "check").stdout


@pytest.mark.parametrize("path", ["missing", "missing.md"])
def test_a_path_that_is_not_there(run: Run, path: str) -> None:
    result = run("check", path)
    assert (result.exit_code, result.stderr) == (1, f"srs: there is no {path}\n")


def test_a_path_the_system_refuses_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    result = run("check", tmp_path / ("x" * 300))
    assert result.exit_code == 1
    assert result.stderr.startswith("srs: ")
    assert result.stderr.count("\n") == 1


def test_github_gets_annotations_errors_first_and_a_summary(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.chdir(corpus)
    (corpus / "extra.md").write_text("stray\n\n## Q, 100 %\n", encoding="utf-8")
    result = run("check", "--format", "github")
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first.startswith("::error file=extra.md,line=3,col=1,title=empty-back::this note has no")
    assert "%0A" in first
    assert second.startswith("::warning file=extra.md,line=1,col=1,title=stray-text::")
    assert "| extra.md:3 | error | empty-back | this note has no answer |" in summary.read_text()


def placed(result: Result) -> list[str]:
    """Return the places and codes that a check printed."""
    found = re.findall(r"^(\S[^:]*:\d+:\d+): .*\[([a-z-]+)\]$", result.stdout, re.MULTILINE)
    return [f"{place} {code}" for place, code in found]


@pytest.fixture
def faulty(corpus: Path) -> Path:
    """Add faults to the small corpus, one of them in a folder and one outside its decks."""
    (corpus / "part").mkdir()
    (corpus / "part" / "a.md").write_text("## First question?\n\nList<int>\n", encoding="utf-8")
    (corpus / "part" / "b.md").write_text("## Q\n", encoding="utf-8")
    (corpus / "README.md").write_text("## Q\n", encoding="utf-8")
    return corpus


A = ["part/a.md:1:1 duplicate-front", "part/a.md:3:5 raw-html"]
B = ["part/b.md:1:1 empty-back"]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], A + B),
        (["."], A + B),
        (["part"], A + B),
        (["part/"], A + B),
        (["part/a.md"], A),
        (["./part/../part/a.md"], A),
        (["part/../deck.md"], []),
        (["part/b.md", "part/a.md"], A + B),
        (["part/a.md", "part", "part/a.md"], A + B),
        (["part/a.md", "."], A + B),
        (["srs.toml"], []),
        (["deck.md"], []),
    ],
)
def test_a_path_says_which_problems_are_shown(
    run: Run, faulty: Path, monkeypatch: pytest.MonkeyPatch, paths: list[str], expected: list[str]
) -> None:
    monkeypatch.chdir(faulty)
    result = run("check", *paths)
    assert placed(result) == expected
    assert result.exit_code == (1 if B[0] in expected else 0)


def test_a_path_may_be_named_from_anywhere(
    run: Run, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert placed(run("check", faulty / "part" / "a.md")) == A
    monkeypatch.chdir(faulty / "part")
    assert placed(run("check", "a.md")) == A
    assert placed(run("check", "..")) == A + B


@pytest.mark.parametrize("path", ["README.md", "media.png", "empty"])
def test_a_path_that_holds_no_deck_is_said_to(run: Run, faulty: Path, path: str) -> None:
    (faulty / "media.png").touch()
    (faulty / "empty").mkdir()
    result = run("check", faulty / path)
    assert result.stderr == f"srs: {path}: no deck, so nothing to check\n"
    assert (result.exit_code, result.stdout) == (0, "0 notes in 0 decks: no problems.\n")


def test_a_file_outside_any_corpus_is_checked_alone(run: Run, tmp_path: Path) -> None:
    for name in ("README.md", "other.md"):
        (tmp_path / name).write_text("## Q\n\nList<int>\n", encoding="utf-8")
    (tmp_path / "unused.png").touch()
    result = run("check", tmp_path / "README.md")
    assert placed(result) == ["README.md:3:5 raw-html"]
    assert "1 note in 1 deck" in result.stderr


def test_several_corpora_are_told_apart(
    run: Run, faulty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.md").write_text("## Q\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = run("check", faulty / "part" / "b.md", "plain")
    assert placed(result) == ["corpus/part/b.md:1:1 empty-back", "plain/a.md:1:1 empty-back"]
    assert "  1 | ## Q\n" in result.stdout
    assert "2 notes in 2 decks: 2 errors." in result.stderr


def test_media_and_links_are_looked_for(run: Run, corpus: Path) -> None:
    (corpus / "media").mkdir()
    for name in ("used.png", "in intro.png", "linked.mp3", "unused.png"):
        (corpus / "media" / name).touch()
    (corpus / "extra.md").write_text(
        "# Section\n\n![a](media/in%20intro.png) [b](gone.md) [f](media/linked.mp3)\n\n## Q\n\n`media/gone.png`"
        " ![c](media/used.png)\n[d](deck.md#x) ![e](media/gone.png)\n",
        encoding="utf-8",
    )
    result = run("--decks", corpus, "check")
    assert placed(result) == [
        "extra.md:3:32 broken-link", "extra.md:8:21 media", "media/unused.png:1:1 unused-media"
    ]  # fmt: skip
    assert "unused-media" not in run("check", corpus / "extra.md").stdout


def test_without_all_decks_no_medium_is_called_unused(run: Run, corpus: Path) -> None:
    (corpus / "unused.png").touch()
    (corpus / "extra.md").write_bytes(b"\xff")
    assert placed(run("--decks", corpus, "check")) == ["extra.md:1:1 encoding"]


def test_a_lint_is_switched_off_where_one_says_so(run: Run, corpus: Path) -> None:
    deck = corpus / "extra.md"
    fence = "```python\n(\n```\n"
    deck.write_text(f"## Q\n\n{fence}\n[[a]]\n\n## R\n\n{fence}", encoding="utf-8")
    assert placed(run("--decks", corpus, "check")) == [
        "extra.md:4:1 syntax", "extra.md:7:1 wiki-link", "extra.md:12:1 syntax"
    ]  # fmt: skip
    ignore = "<!-- srs: ignore syntax, wiki-link -->"
    deck.write_text(f"## Q\n{ignore}\n\n{fence}\n[[a]]\n\n## R\n\n{fence}", encoding="utf-8")
    assert placed(run("--decks", corpus, "check")) == ["extra.md:13:1 syntax"]
    (corpus / "srs.toml").write_text("[lints]\nsyntax = false\n", encoding="utf-8")
    assert placed(run("--decks", corpus, "check")) == []


def test_a_config_that_would_move_the_cursor_is_quoted_without(run: Run, corpus: Path) -> None:
    (corpus / "srs.toml").write_bytes(b'key = "k"\r\nname = 1 # \x1b[2J\r\n')
    result = run("--decks", corpus, "check")
    assert "\x1b" not in result.stdout
    assert "name = 1" in result.stdout


def test_github_is_told_paths_from_its_workspace(
    run: Run, faulty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(faulty / "part")
    result = run("check", "b.md", "--format", "github")
    assert result.stdout.startswith("::error file=corpus/part/b.md,line=1,col=1,title=empty-back::")
