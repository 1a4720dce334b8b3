"""Why nothing can be imported at all."""


class CannotImport(ValueError):
    """The file, the mapping or the place for refused.csv is wrong; nothing has landed.

    The message is a sentence or two for a person, with the line number where there is one.
    """
