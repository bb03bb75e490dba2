"""The tolerant second reader: ezdxf reads what the strict one refuses; binary groups as text."""

import io

from gis.errors import DamagedError


def repaired(data: bytes) -> str:
    """Return the DXF text of a damaged or binary drawing, as ezdxf could save it.

    Raises:
        DamagedError: ezdxf cannot read it either (whatever it raised).

    """
    from ezdxf import recover  # noqa: PLC0415 - half a second; only damaged files pay it

    try:
        document, _ = recover.read(io.BytesIO(data))
        out = io.StringIO()
        document.write(out)
    except MemoryError:
        raise
    except Exception as error:  # ezdxf leaks StopIteration, IndexError, KeyError and more
        msg = f"not repairable: {type(error).__name__}"
        raise DamagedError(msg) from error
    return out.getvalue()


def binary_text(data: bytes) -> str:
    """Return the groups of a binary DXF as the text of the same drawing.

    Raises:
        DamagedError: the groups cannot be read (whatever ezdxf raised).

    """
    from ezdxf.lldxf.tagger import binary_tags_loader  # noqa: PLC0415 - as above

    try:
        lines = [
            f"{code}\n{value.hex() if isinstance(value, bytes) else value}\n"
            for code, value in binary_tags_loader(data, errors="replace")
        ]
    except MemoryError:
        raise
    except Exception as error:  # ezdxf leaks struct.error, IndexError and more
        msg = f"not repairable: {type(error).__name__}"
        raise DamagedError(msg) from error
    return "".join(lines)
