import pytest

from srs.paper import Paper, parse, usual


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("a4", (210, 297)), ("A4", (210, 297)), ("letter", (215.9, 279.4)), ("a6", (105, 148)),
        ("3x5in", (76.2, 127)), ("5x3in", (127, 76.2)), ("100x70mm", (100, 70)),
        ("10.5x7cm", (105, 70)),
    ],
)  # fmt: skip
def test_papers_have_names_or_sizes(text: str, size: tuple[float, float]) -> None:
    found = parse(text)
    assert found == Paper(text.lower(), *size)


@pytest.mark.parametrize(
    "text", ["", "a44", "3x5", "3x5ft", "1x1mm", "9999x70mm", "-3x5in", 4, None]
)
def test_what_is_no_paper(text: object) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("environment", "name", "reason"),
    [
        ({}, "a4", "default"),
        ({"LANG": "C.UTF-8"}, "a4", "default"),
        ({"LANG": "en_US.UTF-8"}, "letter", "locale en_US.UTF-8"),
        ({"LANG": "fr_CA"}, "letter", "locale fr_CA"),
        ({"LANG": "es_MX.UTF-8"}, "letter", "locale es_MX.UTF-8"),
        ({"LANG": "en_GB.UTF-8"}, "a4", "locale en_GB.UTF-8"),
        ({"LANG": "en_US", "LC_PAPER": "de_DE"}, "a4", "locale de_DE"),
        ({"LANG": "de_DE", "LC_ALL": "en_US", "LC_PAPER": "de_DE"}, "letter", "locale en_US"),
        ({"LANG": "en_US", "PAPERSIZE": "a5"}, "a5", "PAPERSIZE"),
        ({"LANG": "en_US", "PAPERSIZE": "nonsense"}, "letter", "locale en_US"),
    ],
)  # fmt: skip
def test_where_nobody_names_a_paper_the_place_does(
    environment: dict[str, str], name: str, reason: str
) -> None:
    paper, why = usual(environment)
    assert (paper.name, why) == (name, reason)


def test_a_system_may_know_its_locale_without_a_variable() -> None:
    assert usual({}, "English_United States")[0].name == "letter"
    assert usual({}, "English_United Kingdom.1252")[0].name == "a4"
    assert usual({}, "German_Germany")[1] == "locale German_Germany"
