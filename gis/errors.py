"""Errors of the ground: one base, one class per happening, each with a stable code."""

from typing import ClassVar


class GroundError(Exception):
    """Base of every error of the ground."""

    code: ClassVar[str] = "ground_error"

    def __init__(self, message: str, message_ml: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.message_ml = message_ml or message


class DialectError(GroundError):
    """A dialect or catalogue file is not in its form."""

    code = "dialect_error"


class UnreadableError(GroundError):
    """A drawing cannot be read; ``complaint`` is its code in the catalogue of complaints."""

    code = "unreadable"

    def __init__(self, complaint: str, **details: str) -> None:
        super().__init__(f"the drawing cannot be read: {complaint}")
        self.complaint = complaint
        self.details = details


class DamagedError(GroundError):
    """A DXF file breaks the form of DXF; a tolerant reader may still repair it."""

    code = "damaged"


class CoordinateError(GroundError):
    """A coordinate is not finite or not on Earth."""

    code = "coordinate_error"


class StrangeNumberError(GroundError):
    """A number in a drawing that is not plain ASCII, not finite or absurdly large."""

    code = "strange_number"
