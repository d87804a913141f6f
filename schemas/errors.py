"""The one error that users see: what was wrong, where, what was expected and what to do."""


class GyogwaError(Exception):
    """A mistake in input, settings or files that a user can mend.

    The message is one or a few plain lines; the command line prints it without a traceback.
    """
