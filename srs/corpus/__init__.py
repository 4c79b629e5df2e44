"""From Markdown files to notes, and from notes to the tree that every output is written from."""
