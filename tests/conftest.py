import os

import pytest
from hypothesis import HealthCheck, settings

# The same examples everywhere, so that a change is judged by itself; `SRS_HYPOTHESIS=nightly`
# looks for new ones, many.
busy = [HealthCheck.too_slow]  # a machine with other work is no fault of a test
settings.register_profile(
    "steady", max_examples=200, derandomize=True, deadline=None, suppress_health_check=busy
)
settings.register_profile("nightly", max_examples=20_000, deadline=None, suppress_health_check=busy)
settings.load_profile(os.environ.get("SRS_HYPOTHESIS", "steady"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write the expected texts anew.")
