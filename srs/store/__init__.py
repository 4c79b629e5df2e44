"""The database: what is known of notes, what was answered, and quick copies of both."""
