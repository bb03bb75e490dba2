"""A file -> Raw: disguises refused by name, the strict reader first, the tolerant one second."""

import os
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from gis.drawing.blocks import Wanted
from gis.drawing.collect import collect
from gis.drawing.repair import binary_text, repaired
from gis.drawing.tags import Sections, split
from gis.errors import DamagedError, UnreadableError
from gis.model import Complaint, Raw

MAX_BYTES = 40_000_000
"""Largest drawing that is read."""
_DISGUISES = {
    b"PK\x03\x04": "zip_renamed",
    b"%PDF": "pdf_renamed",
    b"\x89PNG": "picture_renamed",
    b"\xff\xd8\xff": "picture_renamed",
    b"\xd0\xcf\x11\xe0": "office_file_renamed",
}
_BINARY = b"AutoCAD Binary DXF"
_RELEASE = re.compile(rb"\$ACADVER\s+1\s+(AC\d{4})")
_CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+ANSI_(\d+)")


def load(path: Path) -> bytes:
    """Return the bytes of the drawing at a path; raises as :func:`taken`."""
    try:
        with path.open("rb") as file:
            return taken(file)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        raise UnreadableError("no_file", reason=getattr(error, "strerror", None) or "?") from error


def taken(file: BinaryIO) -> bytes:
    """Return the bytes of an open drawing.

    Raises:
        UnreadableError: no_file, empty_file, too_large or a disguise.

    """
    try:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableError("no_file", reason="not a file")
        if about.st_size > MAX_BYTES:
            raise UnreadableError("too_large", megabytes=f"{about.st_size / 1e6:.0f}")
        data = file.read(MAX_BYTES)
    except OSError as error:
        raise UnreadableError("no_file", reason=error.strerror or "?") from error
    if not data.strip(b"\x00 \r\n\t\x1a\xef\xbb\xbf"):
        raise UnreadableError("empty_file")
    for mark, code in _DISGUISES.items():
        if data.startswith(mark):
            raise UnreadableError(code)
    if re.match(rb"AC1\d{3}", data):
        raise UnreadableError("dwg_renamed")
    return data


def decode(data: bytes) -> str:
    """Return the text in the encoding the drawing names."""
    release = _RELEASE.search(data[:20000])
    if release and release[1] >= b"AC1021":
        return data.decode("utf-8-sig", errors="replace")
    page = _CODE_PAGE.search(data[:20000])
    name = f"cp{page[1].decode()}" if page else "cp1252"
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(name, errors="replace")
    except LookupError:
        return data.decode("cp1252", errors="replace")


def read(path: Path, wanted: Wanted) -> Raw:
    """Read the drawing at a path.

    Raises:
        UnreadableError: with the code of the complaint.

    """
    return parse(load(path), wanted)


def parse(data: bytes, wanted: Wanted) -> Raw:
    """Read the bytes of a drawing; raises as ``opened`` and as collect does."""
    sections, said = opened(data)
    raw = collect(sections, wanted)
    return replace(raw, complaints=(*said, *raw.complaints))


def opened(data: bytes) -> tuple[Sections, tuple[Complaint, ...]]:
    """Cut a drawing into its sections, and tell what was done to read it.

    Raises:
        UnreadableError: not_dxf, damaged_beyond_repair.

    """
    if b"SECTION" not in data and not data.startswith(_BINARY):
        raise UnreadableError("not_dxf")
    binary = data.startswith(_BINARY)
    try:
        if binary:
            return split(binary_text(data)), (Complaint("binary_dxf"),)
        return split(decode(data)), ()
    except DamagedError as damage:
        if binary:
            raise UnreadableError("damaged_beyond_repair", reason=str(damage)) from damage
        said = Complaint("damaged_repaired", details={"reason": damage.message})
        try:
            return split(repaired(data)), (said,)
        except DamagedError as error:
            raise UnreadableError("damaged_beyond_repair", reason=str(error)) from error
