import pytest

from srs.corpus.config import Config, parse


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
    ],
)
def test_a_fault_has_its_line(text: str, line: int) -> None:
    _, problems = parse(text)
    assert [(p.where.path, p.where.line, p.code) for p in problems] == [
        ("srs.toml", line, "config")
    ]


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
    ],
)
def test_which_files_are_decks(config: Config, path: str, selected: bool) -> None:
    assert config.selects(path) is selected


def test_the_order_of_decks() -> None:
    config = Config(order=("z", "b.md"))
    paths = ["a10.md", "a9.md", "b.md", "z/1.md", "z.md"]
    assert sorted(paths, key=config.rank) == ["z.md", "z/1.md", "b.md", "a9.md", "a10.md"]
