"""The review in a terminal: keys in, cards out, one answer a commit."""
