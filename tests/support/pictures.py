"""Pictures for tests, made by hand: PNG needs nothing but zlib, and can so be made to lie.
"""
import struct
import zlib

PNG_BEGIN = b"\x89PNG\r\n\x1a\n"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, colour=(200, 30, 60), *, claims=None, noise=None):
    """An RGB picture of one colour; `claims` is another size for its header, `noise` bytes that fill it."""
    header = struct.pack(">IIBBBBB", *(claims or (width, height)), 8, 2, 0, 0, 0)
    if noise is None:
        rows = (b"\0" + bytes(colour) * width) * height
    else:
        rows = b"".join(b"\0" + noise[y * width * 3:(y + 1) * width * 3] for y in range(height))
    return PNG_BEGIN + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def jpeg_size(data):
    """(width, height, progressive) of a JPEG."""
    assert data[:2] == b"\xff\xd8"
    at = 2
    while True:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2:at + 4])[0]
        if marker in (0xC0, 0xC1, 0xC2):
            height, width = struct.unpack(">HH", data[at + 5:at + 9])
            return width, height, marker == 0xC2
        at += 2 + length
