import os

import pytest
from hypothesis import settings

# The same examples everywhere, so that a change is judged by itself; `SRS_HYPOTHESIS=explore`
# looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("SRS_HYPOTHESIS", "steady"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write the expected texts anew.")
