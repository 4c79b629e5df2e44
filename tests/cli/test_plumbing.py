"""The commands under `review`: next, answer, undo, and what is done to cards by name."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
Ask = Callable[..., dict[str, Any]]
NOW = "2026-11-21T18:00:00+01:00"
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def srs(run: Run, corpus: Path) -> Run:
    """Run a command on the small corpus."""

    def srs(*args: object, now: str = NOW) -> Result:
        return run("--decks", corpus, *args, now=now)

    srs("lock")
    return srs


@pytest.fixture
def ask(srs: Run) -> Ask:
    """Run a command with --json and read it."""

    def ask(*args: object, now: str = NOW) -> dict[str, Any]:
        result = srs(*args, "--json", now=now)
        assert result.exit_code == 0, result.stderr
        data = json.loads(result.stdout)
        assert data.pop("version") == 1
        assert isinstance(data, dict)
        return data

    return ask


def states(ask: Ask, query: str = "") -> dict[str, str]:
    """Return how every card stands."""
    notes = ask("list", *query.split())["notes"]
    return {
        f"{note['id']}/{card['ord']}": "suspended" if card["suspended"] else card["state"]
        for note in notes
        for card in note["cards"]
    }


def test_next_gives_all_that_a_program_needs_to_ask(ask: Ask, srs: Run, corpus: Path) -> None:
    data = ask("next")
    card = data["card"]
    assert (card["name"], card["ord"], card["deck"], card["kind"], card["state"]) == (
        "first", 1, "Deck", "basic", "new",
    )  # fmt: skip
    assert (card["question"], card["answer"]) == ("## First question?", "First answer.")
    assert card["answer_html"] == "<p>First answer.</p>"
    assert (card["path"], card["line"]) == ("deck.md", 9)
    assert {name: answer["text"] for name, answer in data["answers"].items()} == {
        "again": "1m", "hard": "6m", "good": "10m", "easy": "6d",
    }  # fmt: skip
    assert data["answers"]["good"] == {"rating": 3, "text": "10m", "seconds": 600, "days": None}
    assert data["left"] == {"new": 3, "learning": 0, "review": 0, "held_back": 0}
    assert ask("next") == data
    assert srs("next").stdout == (
        "first · Deck · new\n\n## First question?\n\n---\n\nFirst answer.\n\n"
        f"1 Again 1m  2 Hard 6m  3 Good 10m  4 Easy 6d\nsrs --decks {corpus} answer first RATING\n"
        "Left: new 3, learning 0, review 0.\n"
    )


def test_next_hides_what_the_card_hides(ask: Ask) -> None:
    card = ask("next", "id:third/2")["card"]
    assert card["name"] == "third/2"
    assert card["question"] == "## Third\n\nA hidden word and […]."
    assert card["answer"] == "A hidden word and **another**."


def test_next_embeds_images_in_its_html(ask: Ask, corpus: Path) -> None:
    (corpus / "cat.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (corpus / "deck.md").write_text("## Cat?\n\n![a cat](cat.svg)\n")
    card = ask("next")["card"]
    assert card["answer"] == "![a cat](cat.svg)"
    assert '<img src="data:image/svg+xml;base64,' in card["answer_html"]


def test_a_day_from_the_first_card_to_the_last(ask: Ask, srs: Run) -> None:
    seen = []
    while (card := ask("next")["card"]) is not None:
        seen.append(card["name"])
        rating = "good" if seen.count(card["name"]) == 1 else "4"
        ask("answer", card["name"], rating)
    assert seen == ["first", "second", "third/1", "first", "second", "third/1"]
    assert ask("next") == {
        "card": None,
        "left": {"new": 0, "learning": 0, "review": 0, "held_back": 0},
        "next_due": "2026-11-22",
    }
    assert srs("next").stdout == "Nothing is due now. 1 new card comes on 2026-11-22.\n"
    returns = min(card["due"] for note in ask("list", "-is:new")["notes"] for card in note["cards"])
    assert (
        srs("next", "-is:new").stdout
        == f"Nothing is due now. The next card returns on {returns}.\n"
    )


def test_a_long_step_is_waited_for(ask: Ask, srs: Run) -> None:
    ask("answer", "first", "good")
    later = "2026-11-21T17:30:00+01:00"
    assert ask("next", "id:first", now=later)["next_due"] == "2026-11-21T18:10:00+01:00"
    assert srs("next", "id:first", now=later).stdout.endswith("returns at 18:10.\n")


@pytest.mark.parametrize(
    ("rating", "said", "expected"),
    [
        ("1", "first: Again, returns in 1m, at 18:01.\n", ("learning", "again")),
        ("hard", "first: Hard, returns in 6m, at 18:05.\n", ("learning", "hard")),
        ("3", "first: Good, returns in 10m, at 18:10.\n", ("learning", "good")),
        ("EASY", "first: Easy, returns in 6d, on 2026-11-27.\n", ("review", "easy")),
    ],
)
def test_an_answer_says_what_became_of_the_card(
    srs: Run, ask: Ask, rating: str, said: str, expected: tuple[str, str]
) -> None:
    assert srs("answer", "first", rating, "--taken", 1234).stdout == said
    (taken,) = ask("undo")["taken_back"]
    assert (taken["card"], taken["kind"], taken["rating"]) == ("first", "answer", expected[1])
    data = ask("answer", "first", rating)
    assert (data["state"], data["rating"], data["leech"]) == (*expected, False)
    assert said.endswith(f"{data['due'][11:16] or data['due']}.\n")


def test_a_leech_is_said(srs: Run, ask: Ask) -> None:
    srs("answer", "first", 4)
    for lapses in range(1, 9):
        now = f"2026-12-{lapses:02}T18:00:00+01:00"
        result = srs("answer", "first", 1, now=now)
        assert ("leech" in result.stdout) == (lapses == 8)
        if lapses < 8:
            srs("answer", "first", 3, now=now)
    assert "after 8 lapses" in result.stdout
    assert "`srs unsuspend first`" in result.stdout
    refused = srs("answer", "first", 3, now=now)
    assert refused.exit_code == 1
    assert refused.stderr == "srs: first is suspended: `srs unsuspend first` brings it back\n"
    srs("unsuspend", "first", now=now)
    assert srs("answer", "first", 3, now=now).exit_code == 0


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["nobody", "3"], 1, "no note is called nobody"),
        (["third/7", "3"], 1, "no such card, only 1, 2"),
        (["broken", "3"], 1, "broken has an error in its text: `srs check` shows where"),
        (["old", "3"], 1, "old is retired"),
        (["first", "5"], 2, "'5' is not one of"),
        (["first"], 2, "Missing argument"),
        (["first", "3", "--taken", "-1"], 2, "-1"),
    ],
)
def test_an_answer_that_cannot_be(
    srs: Run, corpus: Path, args: list[str], code: int, said: str
) -> None:
    text = "## Old?\n<!-- {#old .retired} -->\n\nA.\n\n## Broken?\n<!-- {#broken} -->\n"
    (corpus / "more.md").write_text(f"{text}\nA.\n")
    srs("lock")
    (corpus / "more.md").write_text(text)
    result = srs("answer", *args)
    assert result.exit_code == code
    assert said in result.stderr


VERBS = {"suspend": "suspended", "bury": "buried until tomorrow", "forget": "new again"}


@pytest.mark.parametrize("verb", VERBS)
def test_cards_are_named_and_taken_back(srs: Run, ask: Ask, verb: str) -> None:
    for name in ("first", "second", "third/1", "third/2"):
        srs("answer", name, 4)
    before = ask("list")
    yes = ["--yes"] if verb == "forget" else []
    result = srs(verb, "third", "first", *yes)
    assert result.stdout == (
        f"3 cards {VERBS[verb]}: third/1, third/2, first. `srs undo 3` takes this back.\n"
    )
    again = srs(verb, "third", "first", *yes)
    assert again.exit_code == 0
    assert again.stdout.startswith("Nothing changed: these 3 cards are ")
    assert srs("undo", 3).stdout.splitlines() == [
        f"Took back {verb.removesuffix('e') if verb == 'bury' else verb}"
        f"{'t' if verb == 'forget' else ''}ing {card}."
        for card in ("first (First question?)", "third/2 (Third)", "third/1 (Third)")
    ]
    assert ask("list") == before


def test_what_is_buried_is_marked_until_tomorrow(srs: Run, ask: Ask) -> None:
    srs("bury", "first", "third/2")
    assert srs("list", "first").stdout == "first  buried  First question?\n"
    assert srs("list", "third").stdout == "third  new buried  Third\n"
    assert [card["buried"] for card in ask("list", "third")["notes"][0]["cards"]] == [False, True]
    assert ask("show", "first")["state"] == "buried"
    assert re.search(r"^state +buried$", srs("show", "first").stdout, re.MULTILINE)
    tomorrow = "2026-11-22T18:00:00+01:00"
    assert srs("list", "first", now=tomorrow).stdout == "first  new  First question?\n"
    assert ask("show", "first", now=tomorrow)["state"] == "new"


def test_a_suspended_card_is_not_buried(srs: Run, ask: Ask) -> None:
    srs("suspend", "first")
    assert srs("bury", "first").stdout == (
        "Nothing changed: this card is buried or suspended already.\n"
        "1 card stays suspended until `srs unsuspend`: first.\n"
    )
    assert srs("bury", "first", "second").stdout == (
        "1 card buried until tomorrow: second. `srs undo` takes this back.\n"
        "1 card stays suspended until `srs unsuspend`: first.\n"
    )
    assert ask("list", "is:buried")["notes"][0]["id"] == "second"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["first"], {"first/1"}),
        (["third/2"], {"third/2"}),
        (["third"], {"third/1", "third/2"}),
        (["First"], {"first/1"}),
        (["question"], {"first/1", "second/1"}),
        (["id:third/1"], {"third/1"}),
        (["deck:Deck", "-id:third"], {"first/1", "second/1"}),
        (["first", "second"], {"first/1", "second/1"}),
        (["first", "is:new"], {"first/1"}),
        (["is:new"], {"first/1", "second/1", "third/1", "third/2"}),
    ],
)
def test_a_word_that_is_a_name_means_that_card(
    srs: Run, ask: Ask, words: list[str], found: set[str]
) -> None:
    result = srs("suspend", *words)
    assert result.exit_code == 0
    assert {name for name, state in states(ask).items() if state == "suspended"} == found
    back = srs("unsuspend", "is:suspended").stdout
    assert back.startswith(f"{len(found)} card")
    assert "suspended" not in states(ask).values()


def test_a_note_without_an_id_is_named_by_the_beginning_of_its_guid(
    srs: Run, ask: Ask, corpus: Path
) -> None:
    (corpus / "deck.md").write_text("## A note?\n\nWithout an id.\n\n## Another?\n\nToo.\n")
    name = srs("list", "note").stdout.split()[0]
    assert len(name) == 8
    assert srs("suspend", name).stdout.startswith(f"1 card suspended: {name}. ")
    assert srs("suspend", name[:7]).exit_code == 1


@pytest.mark.parametrize("verb", [*VERBS, "unsuspend"])
@pytest.mark.parametrize("words", [[], [""], [" "]])
def test_nothing_is_done_to_all_cards_by_mistake(srs: Run, verb: str, words: list[str]) -> None:
    assert srs(verb, *words).exit_code == 2
    missed = srs(verb, "nothing-like-this")
    assert missed.exit_code == 1
    assert "no card matches nothing-like-this" in missed.stderr


def test_many_cards_are_forgotten_only_after_a_yes(srs: Run, ask: Ask) -> None:
    for name in ("first", "second"):
        srs("answer", name, 4)
    refused = srs("forget", "is:review")
    assert refused.exit_code == 1
    assert refused.stderr == "srs: nothing was forgotten: for 2 cards at once say --yes\n"
    assert list(states(ask, "is:review")) == ["first/1", "second/1"]
    assert srs("forget", "first").exit_code == 0
    assert srs("forget", "first", "second", "--yes").stdout == (
        "1 card new again: second. `srs undo` takes this back.\n"
    )


def test_undo_goes_back_through_sessions_and_days(srs: Run) -> None:
    srs("answer", "first", "good")
    srs("answer", "first", "easy", now="2026-11-22T18:00:00+01:00")
    srs("bury", "second", now="2026-11-23T18:00:00+01:00")
    later = "2026-11-24T18:00:00+01:00"
    assert srs("undo", now=later).stdout == (
        "Took back burying second (Second question?), of 2026-11-23.\n"
    )
    assert srs("undo", now="2026-11-22T20:00:00+01:00").stdout == (
        "Took back Easy on first (First question?).\n"
    )
    more = srs("undo", 2, now=later)
    assert more.stdout == "Took back Good on first (First question?), of 2026-11-21.\n"
    assert more.stderr == "srs: no more than 1 thing could be taken back\n"
    nothing = srs("undo", now=later)
    assert (nothing.exit_code, nothing.stderr) == (1, "srs: there is nothing to take back\n")


def test_undo_names_a_note_that_is_gone(srs: Run, corpus: Path) -> None:
    srs("answer", "first", "good")
    text = (corpus / "deck.md").read_text()
    (corpus / "deck.md").write_text(text.replace("{#first}", "{#first .draft}"))
    assert srs("undo").stdout == "Took back Good on first/1 (First question?).\n"


def test_a_clock_set_back_is_said_and_nothing_is_lost(srs: Run, ask: Ask) -> None:
    srs("answer", "first", "good")
    assert srs("due", now="2026-11-21T17:56:00+01:00").stderr == ""
    early = "2026-11-20T12:00:00+01:00"
    for command in (["due"], ["next"], ["answer", "second", "4"], ["suspend", "third"]):
        result = srs(*command, now=early)
        assert result.exit_code == 0
        assert result.stderr == (
            "srs: the clock says 2026-11-20 12:00, but the last answer is from 2026-11-21 18:00: "
            "set it right before you study\n"
        )
    assert states(ask) == {
        "first/1": "learning", "second/1": "review", "third/1": "suspended", "third/2": "suspended",
    }  # fmt: skip


def test_with_the_clock_set_back_what_was_done_last_is_taken_back(srs: Run, ask: Ask) -> None:
    srs("suspend", "third")
    srs("unsuspend", "third")
    early = "2026-11-20T12:00:00+01:00"
    srs("answer", "first", "good", now=early)
    srs("bury", "second", now=early)
    said = [srs("undo", now=early).stdout for _ in range(3)]
    assert said[:2] == [
        "Took back burying second (Second question?).\n",
        "Took back Good on first (First question?).\n",
    ]
    assert said[2].startswith("Took back unsuspending third/2")
    assert states(ask, "id:first") == {"first/1": "new"}


@pytest.mark.skipif(sys.platform == "win32", reason="writes a shell script")
def test_the_readmes_example_studies_until_nothing_is_due(
    ask: Ask, corpus: Path, tmp_path: Path
) -> None:
    (code,) = re.findall(
        r"^```python\n(import json.*?)^```$", README.read_text("utf-8"), re.M | re.S
    )
    assert len(code.splitlines()) <= 16
    command = tmp_path / "bin" / "srs"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m srs "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "SRS_DECKS": str(corpus), "SRS_NOW": NOW}
    done = subprocess.run(
        [sys.executable, "-c", code], input="\n4\n" * 3, capture_output=True, text=True,
        check=True, env=env,
    )  # fmt: skip
    for text in ("## First question?", "Second answer.", "A […] word and another."):
        assert text in done.stdout
    assert ask("next")["card"] is None


@pytest.mark.parametrize("rating", ["7", "0", "goood"])
def test_what_is_no_rating_is_said_with_what_is(srs: Run, rating: str) -> None:
    done = srs("answer", "first", rating)
    assert done.exit_code == 2
    assert "answer [OPTIONS] CARD RATING\n" in done.stderr
    assert f"'RATING': '{rating}' is not one of '1', 'again', '2', 'hard'" in done.stderr
