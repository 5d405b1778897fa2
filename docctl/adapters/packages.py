"""What a ZIP package from anywhere is: an office file, by its parts; and whether it can be opened without harm.

Every member is unpacked once, to nowhere, so that one which says little and holds much is found before anybody's Word
finds it. Bounds are those of `docxcopy`; an archive inside is never opened.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import Final

from docctl.adapters.docxcopy import FAULTS, MAX_INSIDE, MAX_XML, check_directory
from docctl.errors import Malformed

OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOCX: Final = f"{OFFICE}.wordprocessingml.document"
XLSX: Final = f"{OFFICE}.spreadsheetml.sheet"
ODT: Final = "application/vnd.oasis.opendocument.text"
_STEP = 1024 * 1024
# A part that begins so holds a program.
_PROGRAM = "vbaproject"


def kind(data: bytes) -> str:
    """The media type of an office file; "" of any other package.

    Raises:
        Malformed: `package-unreadable`; `package-limits`: it would unpack to more than is opened.
    """
    try:
        check_directory(data)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _looked(package)
    except FAULTS as error:
        raise Malformed("package-unreadable") from error
    except Malformed as error:
        raise Malformed("package-limits" if error.code == "docx-limits" else "package-unreadable") from None


def _looked(package: zipfile.ZipFile) -> str:
    members = package.infolist()
    names = {one.filename for one in members}
    if len(names) < len(members) or any(one.flag_bits & 1 for one in members):
        raise Malformed("package-unreadable")
    if sum(one.file_size for one in members) > MAX_INSIDE:
        raise Malformed("docx-limits")
    first = b""
    for one in members:
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Malformed("package-unreadable")
        if one.filename.lower().endswith((".xml", ".rels")) and one.file_size > MAX_XML:
            raise Malformed("docx-limits")
        with package.open(one) as member:
            begins = member.read(100)
            while member.read(_STEP):
                pass  # its checksum is compared at the end
        first = begins if one is members[0] else first
    if any(posixpath.basename(name).lower().startswith(_PROGRAM) for name in names):
        return ""
    if "[Content_Types].xml" in names:
        return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else ""
    return ODT if members and members[0].filename == "mimetype" and first == ODT.encode() else ""
