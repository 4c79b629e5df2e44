"""A corpus with its memory: read, reconciled, searched and studied.

Composes the corpus, the scheduler and the store; knows nothing of any screen.
"""
