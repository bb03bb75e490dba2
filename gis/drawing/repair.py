"""The tolerant second reader: ezdxf reads what the strict one refuses and writes it out clean."""

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
