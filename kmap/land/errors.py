"""What can go wrong when land is asked for or loaded; each says what to do next."""

from typing import Any, ClassVar

from kmap.errors import KmapError


class NoPlotHereError(KmapError):
    """The point lies on no plot of the register; ``local_body`` says in whose area, if known."""

    code: ClassVar[str] = "no_plot_here"

    def __init__(
        self, message: str, message_ml: str, local_body: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message, message_ml)
        self.local_body = local_body


class NoSuchPlotError(KmapError):
    """No plot has that survey number or id."""

    code: ClassVar[str] = "no_such_plot"


class NoSuchVillageError(KmapError):
    """No village has that code or name."""

    code: ClassVar[str] = "no_such_village"


class SeveralPlotsError(KmapError):
    """The survey number names more than one plot; ``choices`` lists them."""

    code: ClassVar[str] = "several_plots"

    def __init__(self, message: str, message_ml: str, choices: list[dict[str, Any]]) -> None:
        super().__init__(message, message_ml)
        self.choices = choices


class OutsideKeralaError(KmapError):
    """The point is outside Kerala, or its numbers are not finite degrees."""

    code: ClassVar[str] = "outside_kerala"


class BadSurveyNumberError(KmapError):
    """The text is not a survey number."""

    code: ClassVar[str] = "bad_survey_number"


class LayerUnreadableError(KmapError):
    """The file cannot be read as a layer, or lacks what its kind needs."""

    code: ClassVar[str] = "layer_unreadable"


class UnknownThemeError(KmapError):
    """The theme is not in the register."""

    code: ClassVar[str] = "unknown_theme"


class TownError(KmapError):
    """The sample town could not be made."""

    code: ClassVar[str] = "town_not_made"


class BadOutlineError(KmapError):
    """What was drawn is no sound outline of a plot; ``why`` names the fault."""

    code: ClassVar[str] = "bad_outline"

    def __init__(self, message: str, message_ml: str, why: str) -> None:
        super().__init__(message, message_ml)
        self.why = why


class TooManyAskedError(KmapError):
    """A list names more plots than are answered in one go."""

    code: ClassVar[str] = "too_many_asked"
