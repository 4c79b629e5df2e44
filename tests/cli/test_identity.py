"""`srs lock --dry-run`, `srs orphans`, `srs relink` and `srs check --against`."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]

APPEND = "## What does `append` do?\n\nIt adds one item at the end.\n\n"
EXTEND = "## What does `extend` do?\n\nIt adds some items at the end.\n\n"
REST = "## Who?\n<!-- {#who} -->\n\nNobody.\n\n## When?\n<!-- {#when} -->\n\nNever.\n"


def listed(run: Run, corpus: Path, word: str) -> str:
    """Return the name of the one note with a word."""
    return run("--decks", corpus, "list", word).stdout.split()[0]


def test_a_dry_run_tells_who_is_taken_for_whom_and_changes_nothing(run: Run, corpus: Path) -> None:
    deck = corpus / "deck.md"
    deck.write_text(APPEND + REST, encoding="utf-8")
    old = listed(run, corpus, "append")
    before = {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()}
    deck.write_text(EXTEND + "\n\n## When exactly?\n<!-- {#when} -->\n\nNever.\n", encoding="utf-8")
    other = corpus / "other.md"
    other.write_text("## Who?\n<!-- {#who} -->\n\nNobody.\n", encoding="utf-8")
    before |= {path: path.read_bytes() for path in (deck, other)}
    result = run("--decks", corpus, "lock", "--dry-run")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    new = lines[2].split()[1]
    assert lines == [
        "edited    when  deck.md:7  When exactly?",
        "moved     who  other.md:1 (from deck.md)  Who?",
        f"new       {new}  deck.md:1  What does `extend` do?",
        f"lost      {old}  deck.md  What does `append` do?",
        f"deck.md:1: this is a new note, but {old}, which is gone, is much like it; "
        f"if they are one: `srs relink {old} {new}`",
    ]
    assert result.stderr == "srs: 1 edited, 1 moved, 1 new, 1 lost\n"
    assert {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()} == before
    assert run("--decks", corpus, "due").stderr.startswith(
        "srs: 1 edited, 1 moved, 1 new, 1 lost\n"
    )
    assert run("--decks", corpus, "lock", "--dry-run").stderr == "srs: nothing has changed\n"


def test_a_dry_run_makes_no_database(run: Run, corpus: Path) -> None:
    result = run("--decks", corpus, "lock", "--dry-run")
    assert result.stderr == "srs: 3 new\n"
    assert not (corpus / ".srs").exists()
    assert not (corpus / "srs.lock").exists()


def test_the_question_is_put_and_its_answer_can_be_typed(run: Run, corpus: Path) -> None:
    deck = corpus / "deck.md"
    deck.write_text(APPEND + REST, encoding="utf-8")
    run("--decks", corpus, "due")
    deck.write_text(EXTEND + REST, encoding="utf-8")
    said = run("--decks", corpus, "due").stderr
    command = said.split("`srs ")[1].split("`")[0].split()
    result = run("--decks", corpus, *command)
    assert result.exit_code == 0
    assert result.stdout == f"{command[2]} continues as {command[1]}, with 0 answers.\n"
    assert run("--decks", corpus, "orphans").stderr == "srs: there are no orphans\n"


def test_orphans_are_listed_and_deleted(run: Run, corpus: Path) -> None:
    (corpus / "deck.md").write_text(APPEND + REST, encoding="utf-8")
    name = listed(run, corpus, "append")
    (corpus / "deck.md").write_text(REST, encoding="utf-8")
    result = run("--decks", corpus, "orphans")
    assert result.stdout == f"{name}  0 answers  never studied  deck.md  What does `append` do?\n"
    (orphan,) = json.loads(run("--decks", corpus, "orphans", "--json").stdout)["orphans"]
    assert orphan["guid"].startswith(name)
    assert run("--decks", corpus, "orphans", "--delete").exit_code == 2
    refused = run("--decks", corpus, "orphans", "--delete", name)
    assert (refused.exit_code, refused.stderr) == (1, "srs: nothing was deleted: say --yes\n")
    assert run("--decks", corpus, "--locked", "orphans", "--delete", name, "--yes").exit_code == 1
    deleted = run("--decks", corpus, "orphans", "--delete", name, "--yes")
    assert deleted.stdout == "1 orphan deleted; a copy is in the folder `backups`.\n"
    assert run("--decks", corpus, "orphans").stdout == ""
    assert run("--decks", corpus, "orphans", "nope").exit_code == 1


def test_relink_says_what_it_cannot_do(run: Run, corpus: Path) -> None:
    assert run("--decks", corpus, "relink", "first").exit_code == 2
    assert run("--decks", corpus, "relink", "--new", "first", "second").exit_code == 2
    result = run("--decks", corpus, "relink", "first", "second")
    assert result.stderr.endswith(
        "srs: no orphan is called first: `srs orphans` shows their names\n"
    )
    new = run("--decks", corpus, "relink", "--new", "first")
    assert new.stdout.startswith("first begins anew; its progress is kept as ")


def test_a_corpus_that_vanished_is_taken_in_only_with_yes(run: Run, corpus: Path) -> None:
    notes = [f"## Number {n}?\n\nIt is number {n}.\n\n" for n in range(9)]
    (corpus / "deck.md").write_text("".join(notes), encoding="utf-8")
    run("--decks", corpus, "due")
    (corpus / "deck.md").rename(corpus / "deck.txt")
    for command in (["due"], ["list"], ["lock"], []):
        result = run("--decks", corpus, *command)
        assert result.exit_code == 1
        assert "9 of 9 notes in " in result.stderr
        assert result.stderr.endswith("or, if this is meant, run `srs lock --yes`\n")
    (corpus / "deck.txt").rename(corpus / "deck.md")
    assert run("--decks", corpus, "due").stderr == ""
    (corpus / "deck.md").unlink()
    assert run("--decks", corpus, "lock", "--yes").exit_code == 0
    assert run("--decks", corpus, "due").stdout == "Nothing is due today.\n"


def test_check_against_a_revision(run: Run, corpus: Path, tmp_path: Path) -> None:
    def git(*command: str) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@x")
        subprocess.run(["git", "-C", str(corpus), *identity, *command], check=True)

    run("--decks", corpus, "export", "apkg", tmp_path / "x.apkg")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    same = run("--decks", corpus, "check", "--against", "HEAD")
    assert (same.exit_code, same.stderr) == (0, "Since HEAD: every note is as it was.\n")
    deck = corpus / "deck.md"
    text = deck.read_text(encoding="utf-8")
    deck.write_text(text.split("## Third")[0].replace("Second q", "2nd q"), encoding="utf-8")
    result = run("--decks", corpus, "check", "--against", "HEAD")
    assert result.exit_code == 1
    assert result.stderr == (
        "srs: the note third of deck.md was exported and is gone: bring it back marked "
        "`.retired`, so that it can be retired in Anki too\n"
        "Since HEAD: 1 edited, 1 released note gone.\n"
    )
    since = json.loads(run("--decks", corpus, "check", "--against", "HEAD", "--json").stdout)[
        "since"
    ]
    assert (len(since["edited"]), len(since["released"])) == (1, 1)
    assert run("--decks", corpus, "check", "--against", "HEAD", deck).exit_code == 2
    assert run("--decks", corpus, "check", "--against", "nope").exit_code == 1
