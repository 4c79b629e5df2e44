"""A corpus with its memory: read, reconciled, searched and studied.

Composes the corpus, the scheduler and the store; knows nothing of any screen.
"""

from srs.study.memory import Counts, Study, open_study
from srs.study.session import Session

__all__ = ["Counts", "Session", "Study", "open_study"]
