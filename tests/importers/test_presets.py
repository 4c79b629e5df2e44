import sys

import pytest

from srs.importers.contents import Preset
from srs.importers.presets import complete, settings

FSRS_4 = (
    0.4,
    0.6,
    2.4,
    5.8,
    4.93,
    0.94,
    0.86,
    0.01,
    1.49,
    0.14,
    0.94,
    2.18,
    0.05,
    0.34,
    1.26,
    0.29,
    2.61,
)
FSRS_5 = (*FSRS_4[:4], 7.1, 0.53, 1.07, *FSRS_4[7:], 0.5, 0.6)  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="there is no fsrs-rs-python")
@pytest.mark.parametrize("parameters", [FSRS_4, FSRS_5])
def test_older_parameters_are_made_those_of_fsrs_6(parameters: tuple[float, ...]) -> None:
    import fsrs_rs_python

    theirs = fsrs_rs_python.check_and_fill_parameters(list(parameters))
    assert complete(parameters) == pytest.approx(theirs, abs=1e-5)


def test_what_a_preset_says_becomes_settings() -> None:
    assert settings({"D": (Preset("x", (), 0.85), 1)}).text == "retention = 0.85\n"
    assert settings({"D": (Preset("x", (), 0.2), 1)}).text == ""
    assert "parameters = [0.4, 0.6," in settings({"D": (Preset("x", FSRS_5, 0), 1)}).text
    assert settings({}).text == ""


def test_decks_keep_their_presets() -> None:
    main, other = Preset("x", FSRS_5, 0.9, 20, 200), Preset("y", FSRS_4, 0.8, 5, 10_000)
    found = settings({"A": (main, 9), "B": (other, 2), "B::C": (main, 1), 'D "x"': (other, 1)})
    general, _, own = found.text.partition("\n\n")
    assert general.startswith("retention = 0.9\nnew_per_day = 20\nreviews_per_day = 9999\n")
    assert own == (
        '[decks."A"]\nreviews_per_day = 200\n'
        '\n[decks."B"]\nretention = 0.8\nnew_per_day = 5\n'
        '\n[decks."B::C"]\nretention = 0.9\nnew_per_day = 20\nreviews_per_day = 200\n'
        '\n[decks."D \\"x\\""]\nretention = 0.8\nnew_per_day = 5\n'
    )
    assert found.without_parameters == ("B", 'D "x"')


@pytest.mark.parametrize("parameters", [(1.0,), (float("nan"),) * 21, (float("inf"),) * 17])
def test_what_are_no_parameters(parameters: tuple[float, ...]) -> None:
    assert complete(parameters) == ()


def test_parameters_keep_to_their_ranges() -> None:
    assert complete((1e9,) * 21)[0] == 100.0
