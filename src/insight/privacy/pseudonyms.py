"""Pseudonyms by keyed HMAC-SHA256: the same person gets the same code within a project and purpose, and no other.

A plain or salted hash of a postcode, a date of birth or an NHS number is guessed in minutes by hashing every value
there is; only a secret key of at least 32 bytes prevents that. Each key therefore comes from the environment or a key
file, never from params, notebooks or outputs (papermill writes every parameter into the notebook it leaves).
Pseudonymised rows remain personal data for whoever can obtain the key.
"""

from __future__ import annotations

import hmac
import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from insight import paths
from insight.errors import PseudonymKeyError
from insight.params import LoadedParams
from insight.sources.standing import Standing

KEY_VARIABLE = "INSIGHT_PSEUDONYM_KEY"
KEY_FILE_VARIABLE = "INSIGHT_PSEUDONYM_KEY_FILE"
KEY_FILE = "pseudonym.key"
DEMONSTRATION_KEY = "data/demo/oldham/demo.key"
LEAST_BYTES = 32
LEAST_DISTINCT = 8
"""Fewer different bytes than this are no random key."""
SEPARATOR = b"\x1f"
DIGITS = 32
"""Hexadecimal digits kept of the digest: 128 bits, so that two people of a council never share a code."""
PATTERN = re.compile(r"\bpx\d+_[0-9a-f]{32}\b")
"""What a pseudonym looks like, so that leaks can be searched for."""
MAKE_ONE = 'python -c "import secrets; print(secrets.token_hex(32))"'


@dataclass(frozen=True)
class Key:
    """A secret key and its version; never shown, never written out."""

    _secret: bytes = field(repr=False)
    version: int = 1
    is_demonstration: bool = False
    origin: str = ""
    """Where it was found, for messages (never the key itself)."""

    def __getstate__(self) -> object:
        raise TypeError("a key is not written out. Fix: find it again with find_key")

    def digest(self, *parts: str) -> str:
        """Return the keyed digest of some parts, as hexadecimal."""
        return hmac.new(self._secret, SEPARATOR.join(part.encode() for part in parts), sha256).hexdigest()

    def stands_in(self, text: str) -> bool:
        """Whether the key itself stands in a text, as bytes or as hexadecimal."""
        return self._secret.hex() in text.lower() or self._secret in text.encode()


def _parse(text: str, *, origin: str, is_demonstration: bool = False) -> Key:
    """Return a key from text: an optional version and colon, then 64 hexadecimal digits or any 32 bytes and more.

    Raises:
        PseudonymKeyError: too short, or too regular to be random.
    """
    words = text.strip()
    version = re.match(r"(\d{1,3}):", words)
    body = words[version.end() :] if version else words
    is_hexadecimal = len(body) % 2 == 0 and re.fullmatch(r"[0-9a-fA-F]{32,}", body)
    secret = bytes.fromhex(body) if is_hexadecimal else body.encode()
    if len(secret) < LEAST_BYTES:
        raise PseudonymKeyError(
            f"{origin}: the pseudonym key has {len(secret)} bytes, at least {LEAST_BYTES} are needed. "
            f"Fix: make one with {MAKE_ONE}"
        )
    if len(set(secret)) < LEAST_DISTINCT:
        raise PseudonymKeyError(f"{origin}: the pseudonym key repeats itself. Fix: make a random one with {MAKE_ONE}")
    return Key(secret, int(version[1]) if version else 1, is_demonstration, origin)


def _read(path: Path, *, is_demonstration: bool = False) -> Key:
    shown = paths.shown(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PseudonymKeyError(f"{shown}: no such key file. Fix: write the key there, or unset the variable") from None
    except (UnicodeDecodeError, OSError) as error:
        raise PseudonymKeyError(f"{shown}: the key file cannot be read ({error}). Fix: write the key as text") from None
    return _parse(text, origin=shown, is_demonstration=is_demonstration)


def _demonstration_key() -> Key:
    return _read(paths.root() / DEMONSTRATION_KEY, is_demonstration=True)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (str(key), *_texts(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _refuse_parameter(key: Key, council: LoadedParams) -> None:
    given = [dict(council.inputs), dict(council.stages), vars(council.council)]
    if any(key.stands_in(text) for text in _texts(given)):
        raise PseudonymKeyError(
            f"{paths.shown(council.path)}: holds the pseudonym key. Parameters are written into the notebooks that a "
            f"run leaves, so the key is known by now. Fix: take it out, make another with {MAKE_ONE}, and set "
            f"{KEY_VARIABLE}"
        )


def _own_key(council: LoadedParams) -> Key | None:
    if text := os.environ.get(KEY_VARIABLE):
        return _parse(text, origin=KEY_VARIABLE)
    if named := os.environ.get(KEY_FILE_VARIABLE):
        return _read(Path(named).resolve())
    beside = paths.root() / "data" / council.council.slug / KEY_FILE
    return _read(beside) if beside.exists() else None


def find_key(council: LoadedParams, *, standing: Standing) -> Key:
    """Return the project's key: from the environment, a key file, or for demonstration data the committed one.

    Looked for in this order: ``INSIGHT_PSEUDONYM_KEY``, the file named by ``INSIGHT_PSEUDONYM_KEY_FILE``,
    ``data/<council>/pseudonym.key``. Demonstration data always get the committed demonstration key, so that a run gives
    the same on every machine.

    Args:
        council: whose project it is.
        standing: of the data that get pseudonyms.

    Raises:
        PseudonymKeyError: absent, short, not random, the public demonstration key on other data, or a key that stands
            among the params.
    """
    if standing.is_generated:
        return _demonstration_key()
    key = _own_key(council)
    if key is None:
        raise PseudonymKeyError(
            f"{council.council.name}: no pseudonym key. Fix: make one with {MAKE_ONE} and set {KEY_VARIABLE}, or write "
            f"it into data/{council.council.slug}/{KEY_FILE}; keep it away from params, notebooks and the repository"
        )
    if hmac.compare_digest(key.digest(), _demonstration_key().digest()):
        raise PseudonymKeyError(
            f"{key.origin}: this is the demonstration key, which everyone can read. Fix: make one with {MAKE_ONE}"
        )
    _refuse_parameter(key, council)
    return key


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _digits(text: str) -> str:
    return re.sub(r"[\s-]+", "", text)


def _iso(text: str) -> str:
    return datetime.fromisoformat(text).date().isoformat()


NORMAL: dict[str, Callable[[str], str]] = {
    "postcode": _squeezed,
    "nhs_number": _digits,
    "uprn": lambda text: _digits(text).lstrip("0"),
    "date": _iso,
    "id": lambda text: " ".join(text.split()),
}
"""How each kind of identifier is brought into one form, after NFKC and upper case."""


def normalised(value: object, *, kind: str) -> str:
    """Return an identifier in the one form that is hashed.

    Args:
        value: text, number or date.
        kind: ``postcode`` (no spaces), ``nhs_number`` and ``uprn`` (digits), ``date`` (ISO) or ``id`` (single spaces).

    Raises:
        ValueError: an empty value, an unknown kind, or text that is no date.
    """
    if kind not in NORMAL:
        raise ValueError(f"no kind of identifier {kind!r}. Fix: one of {', '.join(NORMAL)}")
    text = value.isoformat()[:10] if isinstance(value, date) else str(value)
    form = NORMAL[kind](unicodedata.normalize("NFKC", text).strip().upper())
    if not form or text in {"nan", "NaT", "<NA>", "None"}:
        raise ValueError(f"an empty {kind} gets no pseudonym. Fix: leave such rows out")
    return form


@dataclass(frozen=True, kw_only=True)
class Pseudonymiser:
    """Gives pseudonyms for one project and purpose; files of two projects, or of two purposes, do not join."""

    key: Key
    project: str
    purpose: str

    def of(self, value: object, *, kind: str = "id") -> str:
        """Return the pseudonym of one identifier: ``px``, the key's version, a low line and 32 hexadecimal digits."""
        found = self.key.digest(self.project, self.purpose, kind, normalised(value, kind=kind))
        return f"px{self.key.version}_{found[:DIGITS]}"

    def of_all(self, values: Iterable[object], *, kind: str = "id") -> list[str]:
        """Return the pseudonym of each identifier, in order."""
        return [self.of(value, kind=kind) for value in values]


def pseudonymiser(council: LoadedParams, *, purpose: str, standing: Standing) -> Pseudonymiser:
    """Return what gives pseudonyms to a council's rows for one purpose, such as ``linkage``.

    Raises:
        PseudonymKeyError: as :func:`find_key`.
    """
    return Pseudonymiser(key=find_key(council, standing=standing), project=council.council.slug, purpose=purpose)
