"""Passwords of staff: argon2id with the parameters of RFC 9106, section 4, for machines short of memory.

Sahut's stations run on small machines: 64 MiB and three passes for one login are what such a machine can
give, and far above the floor that OWASP names.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 256
"""Characters; longer ones are refused before any work is done on them."""


class UnusablePassword(ValueError):
    """The password is too short or too long to be set.

    :ivar shortest: fewest characters
    :ivar longest: most characters
    """

    def __init__(self) -> None:
        super().__init__(f"a password has {SHORTEST} to {LONGEST} characters")
        self.shortest = SHORTEST
        self.longest = LONGEST


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """What a check found.

    :ivar is_right: whether it is the password
    :ivar new_hash: what to store from now on, if the stored hash was made with weaker parameters
    """

    is_right: bool
    new_hash: str | None = None


class Passwords:
    """Makes and checks hashes with one set of parameters.

    :param time_cost: passes
    :param memory_cost: KiB
    :param parallelism: lanes
    """

    def __init__(self, *, time_cost: int = 3, memory_cost: int = 65_536, parallelism: int = 4) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost,
            memory_cost=memory_cost,
            parallelism=parallelism,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """What to store of a new password, in the PHC string format.

        :raises UnusablePassword: if it is too short or too long
        """
        normal = _normal(password)
        if not SHORTEST <= len(normal) <= LONGEST:
            raise UnusablePassword
        return self._hasher.hash(normal)

    def check(self, stored: str | None, password: str) -> PasswordCheck:
        """Whether `password` is the one stored.

        For an unknown person a hash that no password fits is checked instead, which takes as long.

        :param stored: the stored hash; None for an unknown person
        """
        normal = _normal(password)
        if len(normal) > LONGEST:
            stored, normal = None, ""
        try:
            self._hasher.verify(stored or self._nobody, normal)
        except (VerificationError, InvalidHashError):
            return PasswordCheck(is_right=False)
        if stored is None:
            return PasswordCheck(is_right=False)
        stale = self._hasher.check_needs_rehash(stored)
        return PasswordCheck(is_right=True, new_hash=self._hasher.hash(normal) if stale else None)


def _normal(password: str) -> str:
    """The password however the keyboard composed it (NIST SP 800-63B section 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password[: 4 * LONGEST])
