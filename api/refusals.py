"""What the door itself refuses: a request that is malformed, too large, too often or too early.

Each class carries its code, and both texts a person reads.
"""

from typing import ClassVar

from kmap.errors import KmapError


class RefusalError(KmapError):
    """The door refuses the request before the service sees it."""

    code: ClassVar[str] = "refused"


class BadQueryError(RefusalError):
    """A parameter or a body is not what the page of the API says."""

    code: ClassVar[str] = "bad_request_value"


class BadQuestionError(RefusalError):
    """A question to the rule book has not the form of one; ``code`` says in what."""

    code: ClassVar[str] = "bad_question"

    def __init__(self, code: str, message: str, message_ml: str) -> None:
        super().__init__(message, message_ml)
        self.code = code  # type: ignore[misc]  # one class; the codes of ``kmap rules evaluate``


class BadMultipartError(RefusalError):
    """The upload is not a well-formed multipart form with one drawing in it."""

    code: ClassVar[str] = "bad_multipart"


class WrongMediaError(RefusalError):
    """The body's media type is not one this address reads."""

    code: ClassVar[str] = "wrong_media_type"


class NotADrawingError(RefusalError):
    """The uploaded file is something other than a DXF drawing."""

    code: ClassVar[str] = "not_a_drawing"


class TooLargeError(RefusalError):
    """The body is larger than this address takes."""

    code: ClassVar[str] = "too_large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"The request is larger than {_size(limit_bytes)}. Send a smaller one.",
            f"അയച്ചത് {_size(limit_bytes)} എന്ന പരിധിയിലും വലുതാണ്. ചെറുതാക്കി അയയ്ക്കുക.",
        )


class SlowBodyError(RefusalError):
    """The body did not arrive in time."""

    code: ClassVar[str] = "slow_body"

    def __init__(self) -> None:
        super().__init__(
            "The request did not arrive in time. Try again on a better line.",
            "അയച്ചത് സമയത്തിനുള്ളിൽ എത്തിയില്ല. വീണ്ടും ശ്രമിക്കുക.",
        )


class TooOftenError(RefusalError):
    """The client has asked more often than its share."""

    code: ClassVar[str] = "too_often"

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            f"Too many requests from your address. Try again in {wait_s} s.",
            f"താങ്കളുടെ വിലാസത്തിൽ നിന്ന് അപേക്ഷകൾ കൂടുതലാണ്. {wait_s} സെക്കൻഡ് കഴിഞ്ഞ് വീണ്ടും ശ്രമിക്കുക.",
        )
        self.wait_s = wait_s


class NoTileError(RefusalError):
    """There is no such layer, zoom or tile."""

    code: ClassVar[str] = "no_such_tile"


class BadParameterError(RefusalError):
    """A query parameter of the OGC door is unknown, given twice, or does not fit."""

    code: ClassVar[str] = "bad_parameter"


class NoSuchCollectionError(RefusalError):
    """There is no collection of that name."""

    code: ClassVar[str] = "no_such_collection"


class NoSuchFeatureError(RefusalError):
    """The collection has no feature of that id."""

    code: ClassVar[str] = "no_such_feature"


class NoSuchClauseError(RefusalError):
    """The rule book has no clause of this name."""

    code: ClassVar[str] = "no_such_clause"

    def __init__(self, clause: str) -> None:
        super().__init__(
            f"The rule book has no clause {clause[:60]!r}; /en/rules lists them all.",
            f"ചട്ടപ്പുസ്തകത്തിൽ {clause[:60]!r} എന്ന ചട്ടവ്യവസ്ഥയില്ല; എല്ലാം /ml/rules-ൽ കാണാം.",
        )


class NoSuchCodeError(RefusalError):
    """No finding about drawings has this code."""

    code: ClassVar[str] = "no_such_finding_code"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"No finding has the code {code[:60]!r}; /en/findings lists them all.",
            f"{code[:60]!r} എന്ന കോഡുള്ള കണ്ടെത്തലില്ല; എല്ലാം /ml/findings-ൽ കാണാം.",
        )


def _size(count: int) -> str:
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count // 1_000} kB"
