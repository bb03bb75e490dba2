"""Plain text out of DXF's MTEXT and TEXT codes."""

import re

_UNICODE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_SWITCH = re.compile(r"\\[ACcFfHpQTW][^;\\]{0,200};")
_TOGGLE = re.compile(r"\\[LlOoKk]")
_STACK = re.compile(r"\\S([^;]{0,200});")
_PERCENT = re.compile(r"%%([uUoOkKdDpPcC%]|[0-9]{3})")
_MARKS = {"d": "°", "p": "±", "c": "⌀", "%": "%"}
_ESCAPED = {"\\\\": "\x00", "\\{": "\x01", "\\}": "\x02"}


def plain(text: str) -> str:
    r"""Return the letters a person sees, lines parted by newlines.

    >>> plain(r"{\fArial|b0;PLOT_AREA_M2=202}\PCRZ=NO")
    'PLOT_AREA_M2=202\nCRZ=NO'
    """
    for mark, stand_in in _ESCAPED.items():
        text = text.replace(mark, stand_in)
    text = _UNICODE.sub(lambda m: chr(int(m[1], 16)), text)
    text = text.replace("\\P", "\n").replace("\\N", "\n").replace("\\~", " ").replace("^I", "\t")
    text = _TOGGLE.sub("", _SWITCH.sub("", _STACK.sub(r"\1", text)))
    text = text.replace("{", "").replace("}", "")
    return text.replace("\x00", "\\").replace("\x01", "{").replace("\x02", "}")


def plain_line(text: str) -> str:
    """Return a TEXT value with its %% codes resolved.

    >>> plain_line("%%uPLOT%%u 45%%d %%p5 %%065")
    'PLOT 45° ±5 A'
    """
    text = _UNICODE.sub(lambda m: chr(int(m[1], 16)), text)
    return _PERCENT.sub(lambda m: _MARKS.get(m[1].lower(), "") or _letter(m[1]), text)


def _letter(code: str) -> str:
    return chr(int(code)) if code.isdigit() else ""
