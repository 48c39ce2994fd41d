"""The screens, each of one kind of thing that a person wants to see."""
