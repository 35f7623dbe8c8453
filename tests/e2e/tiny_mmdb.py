"""The smallest MaxMind DB: one record for every address. Format: MaxMind DB File Format Specification 2.0."""


def _control(kind, size):
    assert size < 285
    low = min(size, 29)
    head = bytes([kind << 5 | low]) if kind <= 7 else bytes([low, kind - 7])
    return head + (bytes([size - 29]) if size >= 29 else b"")


def _value(value):
    if isinstance(value, dict):
        return _control(7, len(value)) + b"".join(_value(k) + _value(v) for k, v in value.items())
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(map(_value, value))
    if isinstance(value, tuple):  # (type, number): 5 is 16 bits wide, 6 32 bits, 9 64 bits
        data = value[1].to_bytes((value[1].bit_length() + 7) // 8, "big")
        return _control(value[0], len(data)) + data
    data = value.encode()
    return _control(2, len(data)) + data


def whole_world(record):
    """A database in which every address has `record`."""
    node = (1 + 16).to_bytes(3, "big") * 2  # both ways lead to the first byte of the data section
    about = {"node_count": (6, 1), "record_size": (5, 24), "ip_version": (5, 6), "database_type": "Test",
             "languages": ["en"], "binary_format_major_version": (5, 2), "binary_format_minor_version": (5, 0),
             "build_epoch": (9, 1700000000),
             "description": {"en": "test"}}
    return node + bytes(16) + _value(record) + b"\xab\xcd\xefMaxMind.com" + _value(about)
