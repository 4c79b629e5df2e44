import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus.config import Config, parse
from srs.model import RESERVED


def test_a_whole_config() -> None:
    config, problems = parse(
        'name = "N"\nkey = "k"\ninclude = ["a/**/*.md"]\nexclude = ["a/b"]\norder = ["z"]\n'
        "[metadata]\nlevel = ['x']\nany = []\n[lints]\nraw-html = false\n"
    )
    assert problems == ()
    assert config == Config(
        "N", "k", ("a/**/*.md",), ("a/b",), ("z",), (("level", ("x",)), ("any", ())),
        frozenset({"raw-html"}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('name = "N"\nkey = [', 2),
        ("name = 1", 1),
        ('name = "N"\norder = "x"', 2),
        ('name = "N"\nnope = 1', 2),
        ("[metadata]\ndeck = []", 2),
        ("[metadata]\nlevel = 1", 2),
        ("[lints]\nnope = false", 2),
        ("[lints]\nraw-html = 'off'", 2),
        ("\nlints = 1", 2),
        ("\nmetadata = 1", 2),
        ("name = 'N'\nname = 'M'", 2),
        ("name = 'N'\n  nope", 2),
        ("include = ['a', 1]", 1),
        ("x = " + "[" * 5_000, 1),
        ("x = " + "9" * 5_000, 1),
        *((f"[metadata]\n{key} = []", 2) for key in sorted({*RESERVED, "tags"})),
    ],
)
def test_a_fault_has_its_line(text: str, line: int) -> None:
    _, problems = parse(text)
    assert [(p.where.path, p.where.line, p.code) for p in problems] == [
        ("srs.toml", line, "config")
    ]


def test_what_is_wrong_leaves_the_rest() -> None:
    config, problems = parse(
        'name = 1\nkey = "k"\norder = ["a"]\nnope = 2\n[metadata]\nid = []\nlevel = ["x"]\n'
    )
    assert [p.where.line for p in sorted(problems, key=lambda p: p.where)] == [1, 4, 6]
    assert config == Config("", "k", order=("a",), metadata=(("level", ("x",)),))


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse('\ufeffname = "N"') == (Config("N"), ())


@pytest.mark.parametrize(
    ("config", "path", "selected"),
    [
        (Config(), "a.md", True),
        (Config(), "x/a.md", True),
        (Config(), "README.md", False),
        (Config(), "x/Readme.de.md", False),
        (Config(), "CONTRIBUTING.md", False),
        (Config(), "_draft.md", False),
        (Config(), "_x/a.md", False),
        (Config(include=("x/*.md",)), "x/a.md", True),
        (Config(include=("x/*.md",)), "x/y/a.md", False),
        (Config(include=("**/*.md",)), "README.md", True),
        (Config(exclude=("x",)), "x/a.md", False),
        (Config(exclude=("x",)), "xy/a.md", True),
        (Config(exclude=("x/",)), "x/a.md", False),
        (Config(exclude=("./x/a.md",)), "x/a.md", False),
        (Config(exclude=("**/draft-*.md",)), "x/y/draft-1.md", False),
        (Config(exclude=("**/draft-*.md",)), "draft-1.md", False),
        (Config(exclude=("?.md",)), "a.md", False),
        (Config(exclude=("?.md",)), "ab.md", True),
        (Config(exclude=("a.md",)), "aXmd", True),
        (Config(include=("x",)), "x/y/a.md", True),
        (Config(include=("x",), exclude=("x/y",)), "x/y/a.md", False),
        (Config(include=("c++/[1].md",)), "c++/[1].md", True),
        (Config(), "CHANGELOG-2024.md", False),
        (Config(), "License.md", False),
        (Config(), "x/TODO.md", False),
        (Config(), "HISTORY.md", False),
        (Config(), "history.md", True),
        (Config(), "Security.md", True),
        (Config(), "Support vector machines.md", True),
        (Config(), "README first.md", True),
    ],
)
def test_which_files_are_decks(config: Config, path: str, selected: bool) -> None:
    assert config.selects(path) is selected


@pytest.mark.parametrize(
    ("config", "path", "covered"),
    [
        (Config(), "media/a.png", True),
        (Config(), "README.md", True),
        (Config(), "_old/a.png", False),
        (Config(exclude=("docs",)), "docs/a.png", False),
        (Config(exclude=("**/*.wav",)), "a.wav", False),
        (Config(exclude=("*.wav",)), "x/a.wav", True),
        (Config(include=("decks",)), "decks/a.png", True),
        (Config(include=("decks",)), "docs/a.png", False),
        (Config(include=("decks/*.md",)), "decks/a.png", False),
    ],
)
def test_which_files_belong_to_the_corpus(config: Config, path: str, covered: bool) -> None:
    assert config.covers(path) is covered


@pytest.mark.parametrize(
    ("order", "paths"),
    [
        ((), ["1.md", "2-b.md", "10-a.md", "a.md", "B.md", "c/1.md", "c/10.md", "d.md"]),
        ((), ["a9.md", "a10.md", "a.md", "a/1.md"]),
        (("z", "b.md"), ["z.md", "z/1.md", "b.md", "a9.md", "a10.md"]),
        (("b", "nowhere"), ["b/x.md", "a.md"]),
    ],
)
def test_the_order_of_decks(order: tuple[str, ...], paths: list[str]) -> None:
    config = Config(order=order)
    assert sorted({*paths}, key=config.rank) == paths


@given(st.text("ab1=[]{}'\"\n.,#-_ é", max_size=40))
def test_any_text_is_read_or_reported_within_the_file(text: str) -> None:
    _, problems = parse(text)
    for problem in problems:
        assert (problem.where.path, problem.code) == ("srs.toml", "config")
        assert 1 <= problem.where.line <= text.count("\n") + 1


def test_personal_keys_are_defaults() -> None:
    config, problems = parse(
        'key = "k"\norder = ["a"]\nretention = 0.8\n[decks."A::B"]\nnew_per_day = 3\n'
    )
    assert problems == ()
    assert config.order == ("a",)
    assert [(one.deck, one.name, one.value, str(one.where)) for one in config.personal] == [
        ("", "retention", 0.8, "srs.toml:3:1"),
        ("A::B", "new_per_day", 3, "srs.toml:5:1"),
    ]


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("retention = 8", "srs.toml:1:1", "from 0.7 to 0.99"),
        ("[metadata]\n  retention = 8", "srs.toml:2:3", "a list of the values"),
        ("[lints]\nretention = []\n[metadata]\nretention = []", "srs.toml:2:1", "problem code"),
        ("nmae = 'x'", "srs.toml:1:1", "is it `name`?"),
    ],
)
def test_a_fault_is_shown_where_it_is(text: str, where: str, said: str) -> None:
    _, (problem,) = parse(text)
    assert str(problem.where) == where
    assert said in f"{problem.message} {problem.hint}"
