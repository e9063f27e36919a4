"""Rounds through the pages for citizens, in every state that a page has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from app import clock
from app.database import unit_of_work
from app.extensions import db
from app.models.survey import ELEMENTS
from app.public.acts import ACTS
from app.public.questions import QUESTIONS
from app.services.links import Purpose, find_link_of, make_link, token_of
from app.services.lodging import Lodged
from app.services.reissue import request_reissue
from app.services.withdrawing import announce_withdrawal, undo_token
from tests.app.public.steps import ANSWERS, open_case
from tests.browser.lives import LIVES, LONG_STORY, LONG_WORD
from tests.browser.tour import Tour
from tests.factories import MONDAY, complaint_of, lodge, make_station
from tests.support.client import StrictClient
from workflows.snapshot import complainant_of

FORWARD = "#question button[name=forward]:visible"
"""Goes on to the next question."""
NOT_FITTING = {"number": "SRG-2026-000001", "code": "0000-0000-0000-0000"}
OPEN_PAGES = (
    "/",
    "/layanan",
    "/layanan/spkt",
    "/layanan/skck",
    "/layanan/sim",
    "/maklumat",
    "/prosedur",
    "/statistik",
    "/privasi",
    "/aksesibilitas",
)
ERRORS = (400, 404, 409, 413, 429, 503)
"""Statuses that `/gagal/<status>` answers with, each with the page for it."""


def read_the_open_pages(visit: Tour) -> None:
    """What anybody may read, and the door to a case."""
    with visit.app.app_context():
        make_station()
    for path in OPEN_PAGES:
        visit.open(path)
    visit.open("/status")
    visit.press(state="nothing entered", status=422)
    visit.fill(NOT_FITTING)
    visit.press(state="not fitting", status=422)


def check_receipts(visit: Tour) -> None:
    """A receipt that is genuine, one that was changed, and none."""
    with visit.app.app_context():
        lodged = lodge(make_station())
    visit.enter_case(lodged.number, lodged.tracking_code)
    receipt = visit.page.request.get("/status/kasus/tanda-terima.json").text()
    visit.open("/verifikasi")
    visit.press(state="nothing entered", status=422)
    visit.fill({"document": receipt})
    visit.press(state="genuine")
    visit.fill({"document": receipt.replace(lodged.number, "SRG-2026-000777")})
    visit.press(state="changed")


def answer_questions(visit: Tour, *, closely: bool, **changes: Mapping[str, Any]) -> None:
    """Every question that is asked, from the first one to the last look.

    :param closely: look at each refused and filled in, too
    :param changes: other answers than the usual, by question (``data_diri`` for ``data-diri``)
    """
    visit.goto("/lapor")
    for _question in QUESTIONS:
        asked = visit.page.url
        slug = asked.rpartition("/")[2].partition("?")[0]
        if slug == "periksa":
            break
        visit.look("empty")
        answers = changes.get(slug.replace("-", "_"), ANSWERS.get(slug, {}))
        if closely and answers:
            if visit.push(FORWARD) == 422:
                visit.look("refused")
            else:
                visit.goto(asked)
        visit.fill(answers)
        if closely:
            visit.look("filled")
        visit.push(FORWARD)
    assert visit.page.url.endswith("/periksa"), visit.page.url


def file_a_complaint(visit: Tour) -> None:
    """From the first question to the receipt, with a text that is hard to set."""
    with visit.app.app_context():
        make_station()
    answer_questions(visit, closely=True, kejadian={"narrative": f"{LONG_STORY[:3_000]} {LONG_WORD}"})
    visit.look("filled")
    visit.open("/", "with a draft")
    visit.goto("/lapor/periksa")
    visit.press(state="not signed", status=422)
    visit.fill({"consent": "y"})
    visit.press(state="filed, with its code")
    assert visit.page.url.endswith("/lapor/terkirim")
    visit.open("/lapor/terkirim", "opened again")


def save_for_later(visit: Tour) -> None:
    """A complaint put aside, and come back to by its code."""
    with visit.app.app_context():
        make_station()
    visit.goto("/lapor")
    visit.fill(ANSWERS["jenis"])
    visit.push(FORWARD)
    visit.push("#question button[name=save]")
    assert visit.page.url.endswith("/lapor/simpan")
    visit.look("saved, with its code")
    visit.open("/lapor/simpan", "opened again")
    visit.leave()
    visit.open("/lapor/lanjut")
    visit.press(state="nothing entered", status=422)
    visit.fill({"code": "0000-0000-0000-0000"})
    visit.press(state="not fitting", status=422)


def file_a_tip(visit: Tour) -> None:
    """One of several stations, conduct instead of a service, in danger, without a name."""
    with visit.app.app_context():
        make_station()
        make_station("CLG", prefix="clg-")
    answer_questions(
        visit,
        closely=False,
        satuan={"station": "SRG"},
        jenis={"kind": "conduct"},
        layanan={"service": "unknown"},
        perihal={"issue": "unknown"},
        bahaya={"danger": "yes"},
        identitas={"mode": "anonymous"},
    )
    visit.look("anonymous")
    visit.open("/layanan", "of several stations")
    visit.open("/maklumat", "of several stations")


def file_a_wish(visit: Tour) -> None:
    """A suggestion, which is asked less, with everything open."""
    with visit.app.app_context():
        make_station()
    answer_questions(visit, closely=False, jenis={"kind": "suggestion"}, identitas={"mode": "open"})
    visit.look("suggestion")


def follow_cases(visit: Tour, names: tuple[str, ...]) -> None:
    """Cases long past (so that all that can be late is late), their letters, and each act that is offered."""
    tried: set[str] = set()
    with visit.app.app_context():
        station = make_station()
    for name in names:
        with visit.app.app_context():
            lodged = LIVES[name](station, MONDAY)
        visit.enter_case(lodged.number, lodged.tracking_code)
        visit.open("/status/kasus", name)
        offered = visit.page.locator("main a[href^='/status/kasus/']").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        letters = visit.page.locator("main form[action*='/surat/'] button")
        if letters.count():
            visit.push("main form[action*='/surat/'] button >> nth=0")
            visit.look(f"opened letter, {name}")
        for path in dict.fromkeys(offered):
            last = path.rpartition("/")[2].partition("?")[0]
            if last in tried or path.count("/") > 3 or "." in last:
                continue
            tried.add(last)
            visit.open(path.partition("#")[0])
            if last in ACTS:
                visit.press(state="nothing entered", status=422)


def follow_a_new_case(visit: Tour) -> None:
    """A case just filed, with nothing late."""
    with visit.app.app_context():
        station = make_station()
        lodged = lodge(station, at=clock.now())
    visit.enter_case(lodged.number, lodged.tracking_code)
    visit.open("/status/kasus", "just filed")


def link_to(visit: Tour, lodged: Lodged, purpose: Purpose) -> str:
    """What stands in the address of a new link of a case."""
    with visit.app.app_context(), unit_of_work() as session:
        link = make_link(session, complaint_of(lodged.number), purpose, at=clock.now())
        return token_of(session, link)


def lose_the_code(visit: Tour) -> None:
    """Asking for a new code, taking it by link or slip, stopping it, stopping notices."""
    with visit.app.app_context():
        station = make_station()
        lodged = lodge(station, at=clock.now())
        request_reissue(
            lodged.number, reason="Hilang.", proof="ktp", actor=station.actor("petugas"), at=clock.now()
        )
        stopping = find_link_of(db.session(), lodged.complaint_id, Purpose.STOP_REISSUE)
        assert stopping is not None
        stop = token_of(db.session(), stopping)
    visit.enter_case(lodged.number, lodged.tracking_code)
    visit.open("/status/kasus", "while a new code is asked for")
    visit.leave()
    visit.open("/status/kode-hilang")
    visit.press(state="nothing entered", status=422)
    visit.fill({"number": lodged.number, "contact": "siti.rahmawati@example.id"})
    visit.press(state="asked")
    visit.open("/status/kode-baru")
    visit.press(state="nothing entered", status=422)
    for way, token in (
        ("/status/hentikan-kode", stop),
        ("/status/kode-baru", link_to(visit, lodged, Purpose.NEW_CODE)),
        ("/pemberitahuan/berhenti", link_to(visit, lodged, Purpose.STOP_NOTICES)),
    ):
        visit.open(f"{way}/{'x' * 43}", "of a link that is none", status=404)
        visit.open(f"{way}/{token}", "of a link")
        visit.press(state="done")


def undo_a_withdrawal(visit: Tour) -> None:
    """A withdrawal that cools off, undone by the link of its notice."""
    at = clock.now()
    with visit.app.app_context():
        lodged = lodge(make_station(), at=at)
        announce_withdrawal(lodged.number, "Sudah selesai.", actor=complainant_of(lodged.number), at=at)
        token = undo_token(db.session(), complaint_of(lodged.number), at)
    visit.enter_case(lodged.number, lodged.tracking_code)
    visit.open("/status/kasus", "cooling off")
    visit.leave()
    visit.open(f"/status/batal-cabut/{token}", "of a link")
    visit.press(state="undone")
    visit.open(f"/status/batal-cabut/{token}", "of a used link", status=410)


def mark_the_service(visit: Tour) -> None:
    """The survey: empty, refused, filled in, thanked for, and used up."""
    with visit.app.app_context():
        lodged = LIVES["delivered"](make_station(), MONDAY)
    path = f"/survei/{link_to(visit, lodged, Purpose.SURVEY)}"
    visit.open(path)
    visit.press(state="nothing marked", status=422)
    visit.fill(dict.fromkeys(ELEMENTS, "2") | {"comment": "Lama sekali."})
    visit.look("filled")
    visit.press(state="thanked, unhappy")
    visit.open(path, "used up", status=404)


def meet_refusals(visit: Tour) -> None:
    """Acts whose time is over, a case that was let go, too many tries, and every error that has a page."""
    with visit.app.app_context():
        lodged = LIVES["withdrawn"](make_station(), MONDAY)
    visit.enter_case(lodged.number, lodged.tracking_code)
    for act, row in ACTS.items():
        if row.event is not None:
            visit.open(f"/status/kasus/{act}", "too late", status=409)
    visit.leave()
    visit.open("/status/kasus", "without a grant")
    assert visit.page.url.endswith("/status")
    for status in ERRORS:
        visit.open(f"/gagal/{status}", str(status), status=status)
    visit.goto("/gagal/500")
    visit.look("broken", both=True)
    client = visit.app.test_client()
    assert isinstance(client, StrictClient)
    for _try in range(16):
        open_case(client, NOT_FITTING["number"], NOT_FITTING["code"])
    visit.goto("/status")
    visit.fill(NOT_FITTING)
    visit.press(state="too many tries", status=429)


ROUNDS: dict[str, tuple[Callable[[Tour], None], frozenset[str]]] = {
    "open pages": (
        read_the_open_pages,
        frozenset(
            {
                "public.accessibility",
                "public.procedure",
                "public.statistics",
                "public.start",
                "public.services",
                "public.service",
                "public.pledge",
                "public.privacy",
                "public.status_door",
            }
        ),
    ),
    "receipts": (check_receipts, frozenset({"public.verification"})),
    "filing": (file_a_complaint, frozenset({"public.ask", "public.check", "public.filed"})),
    "a draft put aside": (save_for_later, frozenset({"public.saved", "public.resume"})),
    "a tip": (file_a_tip, frozenset({"public.ask", "public.check"})),
    "a wish": (file_a_wish, frozenset({"public.ask", "public.check"})),
    "cases, first half": (
        partial(follow_cases, names=tuple(LIVES)[::2]),
        frozenset({"public.case", "public.act_page", "public.access_statement", "public.notices"}),
    ),
    "cases, second half": (
        partial(follow_cases, names=tuple(LIVES)[1::2]),
        frozenset({"public.case", "public.letter", "public.decision"}),
    ),
    "a new case": (follow_a_new_case, frozenset({"public.case"})),
    "a lost code": (
        lose_the_code,
        frozenset(
            {
                "public.lost_code",
                "public.code_asked",
                "public.claim",
                "public.code_link",
                "public.stop_code_page",
                "public.stop_notices_page",
            }
        ),
    ),
    "a withdrawal": (undo_a_withdrawal, frozenset({"public.undo_page"})),
    "the survey": (mark_the_service, frozenset({"public.survey"})),
    "refusals": (meet_refusals, frozenset({"public.act_page", "public.status_door"})),
}
"""What a round does, and the endpoints that it must have seen."""
