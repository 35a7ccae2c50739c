"""A workbook of sheets, each told as the csv it would be saved as."""

from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook


def workbook(sheets: dict[str, str]) -> bytes:
    """Return an .xlsx, the same bytes each time."""
    out = BytesIO()
    with Workbook(out, {"default_date_format": "yyyy-mm-dd hh:mm:ss", "in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - it tells no zone
        for name, text in sheets.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(text.splitlines()):
                for column, cell in enumerate(line.split(",")):
                    sheet.write(row, column, _cell(cell.strip()))
    return out.getvalue()


def _cell(text: str) -> float | str | datetime:
    for read in (float, lambda text: datetime.strptime(text, "%m/%d/%Y %H:%M:%S.%f")):  # noqa: DTZ007 - no zone
        try:
            return read(text)
        except ValueError:
            continue
    return text
