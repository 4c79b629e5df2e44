"""Plain-Markdown flashcards: one corpus, one memory of what you know."""

__version__ = "0.1.0"
