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
    assert re.fullmatch(r"\d+ notes in 3 decks: no problems\.\n", result.stdout)


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


def test_only_the_paths_asked_for(run: Run, corpus: Path) -> None:
    (corpus / "extra.md").write_text("## Q\n", encoding="utf-8")
    assert "[empty-back]" in run("check", corpus / "extra.md").stdout
    assert run("check", corpus / "deck.md").stdout == "3 notes in 1 deck: no problems.\n"


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
