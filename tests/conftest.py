import os

import pytest
from hypothesis import settings

# The same examples everywhere, so that a change is judged by itself; `SRS_HYPOTHESIS=nightly`
# looks for new ones, many.
settings.register_profile("steady", max_examples=200, derandomize=True, deadline=None)
settings.register_profile("nightly", max_examples=20_000, deadline=None)
settings.load_profile(os.environ.get("SRS_HYPOTHESIS", "steady"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write the expected texts anew.")
