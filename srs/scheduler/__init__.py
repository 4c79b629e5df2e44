"""When to show a card again: values in, values out, no clock and no chance."""
