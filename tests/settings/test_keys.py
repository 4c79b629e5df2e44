import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given
from hypothesis import strategies as st

from srs.settings import FSRS_6, DeckSettings, Settings
from srs.settings.keys import FSRS_6_RANGES, KEYS, duration, from_words, seconds


def test_the_ranges_are_those_of_py_fsrs() -> None:
    assert [low for low, _ in FSRS_6_RANGES] == list(LOWER_BOUNDS_PARAMETERS)
    assert [high for _, high in FSRS_6_RANGES] == list(UPPER_BOUNDS_PARAMETERS)


def test_there_is_a_key_for_every_setting() -> None:
    assert [*KEYS, "decks"] == list(Settings.__dataclass_fields__)
    own = [key.name for key in KEYS.values() if key.per_deck]
    assert own == list(DeckSettings.__dataclass_fields__)


@pytest.mark.parametrize("name", KEYS)
def test_what_is_built_in_is_allowed(name: str) -> None:
    key, value = KEYS[name], getattr(Settings(), name)
    assert key.form.read(key.form.write(value)) == value


GOOD: list[tuple[str, object, object]] = [
    ("retention", 0.7, 0.7), ("retention", 0.99, 0.99),
    ("learning_steps", [], ()), ("learning_steps", ["30s", "10m", "1h", "1d"], (30, 600, 3600, 86400)),
    ("learn_ahead", "0m", 0), ("learn_ahead", "1d", 86400),
    ("new_per_day", 0, 0), ("new_per_day", 9999, 9999),
    ("rollover", 0, 0), ("rollover", 23, 23), ("buttons", 2, 2),
    ("review_order", "recall", "recall"), ("paper", "letter", "letter"),
    ("paper", "A4", "a4"), ("paper", "3x5in", "3x5in"), ("paper", "", ""),
    ("editor", "vim -f", "vim -f"), ("parameters", [*FSRS_6], FSRS_6),
    ("parameters", [1, *FSRS_6[1:]], (1.0, *FSRS_6[1:])),
]  # fmt: skip
BAD: list[tuple[str, object]] = [
    ("retention", 0.69), ("retention", 1), ("retention", "0.9"), ("retention", True),
    ("retention", float("nan")), ("retention", float("inf")),
    ("learning_steps", "1m"), ("learning_steps", ["1"]), ("learning_steps", [60]),
    ("learning_steps", ["0m"]), ("learning_steps", ["8d"]), ("learning_steps", ["-1m"]),
    ("learn_ahead", 20), ("learn_ahead", "2d"), ("learn_ahead", "1 m"), ("learn_ahead", "1٣m"),
    ("new_per_day", -1), ("new_per_day", 1.0), ("new_per_day", True), ("new_per_day", 10_000),
    ("maximum_interval", 0), ("rollover", 24), ("leech_lapses", 0),
    ("buttons", 3), ("buttons", "4"), ("buttons", 4.0), ("new_order", "random"), ("paper", "a44"), ("paper", 4),
    ("editor", "vim\nx"), ("editor", 1), ("editor", "\udc80"),
    ("parameters", [*FSRS_6[:20]]), ("parameters", [0.0, *FSRS_6[1:]]),
    ("parameters", ["1", *FSRS_6[1:]]), ("parameters", [*FSRS_6[:20], float("nan")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "value"), GOOD)
def test_what_a_key_takes(name: str, given: object, value: object) -> None:
    assert KEYS[name].form.read(given) == value


@pytest.mark.parametrize(("name", "given"), BAD)
def test_what_a_key_does_not_take(name: str, given: object) -> None:
    assert KEYS[name].form.read(given) is None


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("retention", "0.92", 0.92),
        ("retention", "90%", None),
        ("buttons", "2", 2),
        ("paper", "letter", "letter"),
        ("paper", '"letter"', "letter"),
        ("learn_ahead", "20m", "20m"),
        ("learning_steps", "1m 10m", ["1m", "10m"]),
        ("learning_steps", "1m, 10m", ["1m", "10m"]),
        ("learning_steps", '["1m", "10m"]', ["1m", "10m"]),
        ("learning_steps", "10m", ["10m"]),
        ("learning_steps", "", []),
        ("editor", "code --wait", "code --wait"),
        ("editor", "true", "true"),
        ("new_per_day", "1\nretention = 0.8", None),
        ("parameters", " ".join(map(str, FSRS_6)), [*FSRS_6]),
    ],
)
def test_values_on_the_command_line(name: str, text: str, value: object) -> None:
    assert from_words(KEYS[name], text) == value


@given(st.integers(0, 999_999))
def test_a_time_says_its_seconds(count: int) -> None:
    assert seconds(duration(count)) == count


@given(st.sampled_from([*KEYS]), st.text(max_size=30))
def test_any_words_are_read_or_refused(name: str, text: str) -> None:
    value = from_words(KEYS[name], text)
    assert value is None or KEYS[name].form.read(value) is not None
