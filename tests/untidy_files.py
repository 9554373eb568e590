"""Writing files as councils' systems export them, for tests of reading."""

import zipfile
from xml.sax.saxutils import escape


def write_ods(path, rows, *, percent=(), spans=None):
    """A small OpenDocument workbook: the package's three files, cells as text, numbers or per cent."""
    spans = spans or {}
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    names += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    names += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    body = ""
    for at, row in enumerate(rows):
        body += "<table:table-row>"
        for place, cell in enumerate(row):
            span = f' table:number-rows-spanned="{spans[at, place]}"' if (at, place) in spans else ""
            if isinstance(cell, int | float):
                kind = "percentage" if (at, place) in percent else "float"
                body += f'<table:table-cell office:value-type="{kind}" office:value="{cell}"{span}/>'
            else:
                body += f'<table:table-cell office:value-type="string"{span}><text:p>{escape(cell)}</text:p>'
                body += "</table:table-cell>"
        body += "</table:table-row>"
    content = f'<office:document-content {names} office:version="1.2"><office:body><office:spreadsheet>'
    content += f'<table:table table:name="Data">{body}</table:table>'
    content += "</office:spreadsheet></office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    manifest += f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path
