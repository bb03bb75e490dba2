"""Errors of the service: one base, one class per happening.

Every error carries a stable ``code`` for machines and says what to do next.
"""

from typing import ClassVar


class KmapError(Exception):
    """Base of every error of the service."""

    code: ClassVar[str] = "kmap_error"

    def __init__(self, message: str, message_ml: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.message_ml = message_ml or message


class DatabaseAwayError(KmapError):
    """The database cannot be reached."""

    code = "database_away"


class ClusterError(KmapError):
    """The private PostGIS cluster could not be made or started."""

    code = "cluster_error"
