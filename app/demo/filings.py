"""A plan as a filing: who complains, in which words, with which files."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.demo import texts
from app.demo.conduct_stories import ASPIRATIONS, INFORMATION_REQUESTS
from app.demo.plans import Ending, Plan
from app.demo.world import Station
from app.security.vault import new_case_key
from app.services.files import StoredFile, store_file
from app.services.lodging import Filing, Identity
from workflows.vocabulary import IdentityMode

_ZONE = ZoneInfo("Asia/Jakarta")


def filing_of(plan: Plan, station: Station, rng: Random, at: datetime) -> Callable[[], Filing]:
    """The filing of a plan; its files are stored when it is called."""
    product = rng.choice(station.products[plan.service]) if plan.service else None
    filled = texts.slots(rng, product.label if product else "layanan")
    identity = _identity(plan, rng)
    received_at = at
    if plan.channel == "letter":
        received_at = at - timedelta(days=rng.randint(0, 3), minutes=rng.randint(1, 50))
    received_on = received_at.astimezone(_ZONE).date()
    days_ago = rng.randint(31, 70) if rng.random() < 0.06 else rng.randint(0, 12)
    words = _words(plan, rng, filled)
    whole = plan.story is not None and not plan.incomplete
    told = whole and plan.story is not None
    loss = plan.story.loss.format(**filled) if told and plan.story else ""
    remedy = plan.story.remedy.format(**filled) if told and plan.story else ""
    claim = rng.randint(2, 30) * 50_000 if plan.claims else None
    external = f"LAPOR-{rng.randint(1_000_000, 9_999_999)}" if plan.channel == "sp4n_lapor" else None
    seeds = [rng.randint(0, 1 << 30) for _ in range(plan.files)]

    def make() -> Filing:
        case_key = new_case_key()
        return Filing(
            agency_code=station.code,
            channel=plan.channel,
            identity_mode=plan.identity_mode,
            narrative=words,
            identity=identity,
            category=_category(plan),
            service_code=plan.service,
            product_code=product.code if product else None,
            service_date=received_on - timedelta(days=days_ago) if whole else None,
            place=f"Kecamatan {filled['kecamatan']}" if plan.service is None else "Ruang pelayanan",
            loss=loss,
            remedy_sought=remedy,
            respondent_text="Petugas yang bertugas saat itu" if plan.story else "",
            compensation_claim_idr=claim,
            in_danger=plan.ending is Ending.URGENT,
            external_number=external,
            external_source="sp4n_lapor" if external else None,
            received_at=received_at if received_at != at else None,
            case_key=case_key,
            files=[_store(seed, case_key) for seed in seeds],
        )

    return make


def _identity(plan: Plan, rng: Random) -> Identity:
    name, home, number = texts.person_name(rng), texts.address(rng), texts.phone(rng)
    email = texts.email_of(name, rng) if rng.random() < 0.75 else ""
    if plan.identity_mode is IdentityMode.ANONYMOUS:
        return Identity(wants_notices=False)
    quiet = plan.identity_mode is IdentityMode.WITHHELD and rng.random() < 0.3
    return Identity(name=name, address=home, email=email, phone=number, wants_notices=not quiet)


def _category(plan: Plan) -> str:
    if plan.ending is Ending.INFORMATION:
        return "permintaan_informasi"
    return plan.story.category if plan.story else "aspirasi"


def _words(plan: Plan, rng: Random, filled: dict[str, str]) -> str:
    if plan.story is not None:
        return texts.narrative_of(plan.story, rng, filled)
    choices = INFORMATION_REQUESTS if plan.ending is Ending.INFORMATION else ASPIRATIONS
    return rng.choice(choices).format(**filled)


# --- files -------------------------------------------------------------------------------


def _store(seed: int, case_key: bytes) -> StoredFile:
    if seed % 3 == 0:
        return store_file(io.BytesIO(tiny_pdf(seed)), f"kuitansi-{seed % 1000}.pdf", case_key)
    return store_file(io.BytesIO(tiny_png(seed)), f"foto-{seed % 1000}.png", case_key)


def tiny_png(seed: int, side: int = 24) -> bytes:
    """A picture of one colour."""
    colour = bytes((seed & 255, seed >> 8 & 255, seed >> 16 & 255))
    rows = b"".join(b"\x00" + colour * side for _ in range(side))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


_PDF_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 240 120] /Contents 4 0 R "
    b"/Resources << /Font << /F1 5 0 R >> >> >>"
)


def tiny_pdf(seed: int) -> bytes:
    """A page that says which one it is."""
    content = f"BT /F1 14 Tf 20 60 Td (Contoh bukti {seed % 1000}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PDF_PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content_of in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content_of)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    )
