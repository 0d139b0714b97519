"""Errors that a person caused and can mend. Everything else that is raised is a bug."""


class TomclipError(Exception):
    """Base class. The message is one sentence: what came, what is accepted, what to do."""


class InputError(TomclipError):
    """A value handed to the library cannot be used (shape, name, range, NaN)."""


class ConfigError(TomclipError):
    """A configuration has an unknown key, a value out of range or two values that contradict."""


class AssetError(TomclipError):
    """A file that ships with the project is missing, truncated or altered."""


class EncoderUnavailable(TomclipError):
    """An encoder's name is unknown or its files are not on this machine."""


class RunError(TomclipError):
    """A training run cannot be created, read or continued."""


def first_line(error: BaseException) -> str:
    """Returns the first line of the error's message, or its class when it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
