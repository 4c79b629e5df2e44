"""Reading what others wrote: Anki's packages and collections."""
