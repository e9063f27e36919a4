"""Rounds through the desks of staff and reviewers: every page that one of them may open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from app import clock
from app.access import Audience, list_routes
from app.extensions import db
from app.models import Agency
from app.services.assessments import start_assessment
from app.services.closure_samples import draw_sample, judge
from app.services.corrective_actions import report_done
from app.services.evidence_items import Document, attach_evidence
from app.services.examination_reports import ActionOrder, Report, record_lhp
from app.services.ombudsman_recommendations import record_recommendation
from app.services.ombudsman_track import record_request
from app.services.sealing import seal
from app.services.sweep import sweep
from tests.browser.lives import LIVES
from tests.browser.tour import PRIMARY, Tour
from tests.factories import MONDAY, PASSWORD, add_user, lodge, make_station, walk
from tests.security.world import World, addresses, make_world
from workflows.ombudsman import Conclusion, RequestKind
from workflows.vocabulary import Event, Role

FILES = frozenset(
    {
        "review.audit_proof",
        "review.case_file",
        "review.checkpoint",
        "review.track_file",
        "review.wbk_file",
        "staff.file",
        "staff.ombudsman_file",
        "staff.original_file",
        "staff.zi_file",
    }
)
"""Routes that answer with a file."""
AT_WORK = {
    "petugas": ("fresh", "incomplete"),
    "kasiwas": ("complete", "classified", "delivered", "followed up", "closed"),
    "penyidik": ("accepted", "examined", "asked"),
    "kapolresta": ("reviewed",),
}
"""Who does something, and in which lives of a case there is something to do."""


def pass_the_entrance(visit: Tour) -> None:
    """Signing in, and changing one's password."""
    with visit.app.app_context():
        make_station()
    visit.open("/masuk")
    visit.press(state="nothing entered", status=422)
    visit.fill({"username": "petugas", "password": "salah sama sekali"})
    visit.press(state="wrong password", status=422)
    visit.fill({"username": "petugas", "password": PASSWORD})
    assert visit.push() == 200
    visit.open("/masuk/sandi")
    visit.press(state="nothing entered", status=422)


def sit_at_a_desk(visit: Tour, who: str, audience: Audience, elsewhere: frozenset[str] = frozenset()) -> None:
    """Every address of an audience that answers this person, as it is for one case; forms sent empty, too.

    :param elsewhere: endpoints of pages that somebody else's round looks at, and that are no others for this
        person
    """
    with visit.app.app_context():
        world = make_world()
        assess(world)
        examine(world)
        sweep(clock.now())
        seal(clock.now())
        draw_and_judge(world)
    visit.sign_in(who)
    for path, endpoint in pages_of(visit, world, audience):
        if endpoint in elsewhere or not visit.may_open(path):
            continue
        visit.goto(path)
        visit.look("filled")
        if endpoint in SENT_EMPTY and visit.push(PRIMARY) == 422:
            visit.look("nothing entered")


def assess(world: World) -> None:
    """Last year's assessment with a document to be decided on, and this year's with one of its own."""
    actor, at = world.station.actor("kasiwas"), MONDAY + timedelta(days=1)
    link = "https://dokumen.example.go.id/sk.pdf"
    for year, title in ((2026, "SK Tim Kerja"), (2025, "SK Tim Kerja tahun lalu")):
        begun = start_assessment("SRG", year, actor=actor, at=at)
        document = Document(f"Kep/1/{year}", title, date(2025, 1, 12), "Kapolresta", link)
        attach_evidence(begun, ("A5.R.ii.a",), document, actor=actor, at=at)


def sit_at_the_polda(visit: Tour) -> None:
    """The TPI's answers as the coordinator of the Polda above the station finds them."""
    with visit.app.app_context():
        world = make_world()
        assess(world)
        polda = db.session().scalars(select(Agency.id).where(Agency.code == "BTN")).one()
        add_user(world.station, "itwasda", Role.COORDINATOR, agency_id=polda)
    visit.sign_in("itwasda")
    for path in ("/staf/zi/tpi", "/staf/zi/tpi/SRG/2026", "/staf/zi/tpi/SRG/2026/A5.R.ii.a"):
        visit.open(path, "filled")


def draw_and_judge(world: World) -> None:
    """A sample of two closed cases, one of them judged."""
    for hours in (1, 2):
        walk(world.station, lodge(world.station).number, Event.CLOSE, at=MONDAY + timedelta(hours=hours))
    reviewer, at = world.station.actor("ombudsman"), MONDAY + timedelta(days=1)
    made = draw_sample("SRG", MONDAY.date(), MONDAY.date(), 5, actor=reviewer, at=at)
    judge(made, 2, "not_substantiated", "Buktinya kurang.", actor=reviewer, at=at)


def examine(world: World) -> None:
    """A request, a report with an action that was reported done, and a recommendation, about the own case."""
    reviewer, kasiwas = world.station.actor("ombudsman"), world.station.actor("kasiwas")
    at = MONDAY + timedelta(days=1)
    number, on = world.own.number, at.date()
    order = ActionOrder("Atur giliran.", world.station.units["siwas"], on + timedelta(days=30), finding=0)
    findings = (("undue_delay", "Tiga hari untuk satu jam."),)
    report = Report("LHP/1/2026", on, Conclusion.FOUND, "Pelayanan tertunda.", findings, (order,))
    record_lhp(number, report, actor=reviewer, at=at)
    link = "https://dokumen.example.go.id/giliran.pdf"
    report_done(1, "Giliran diatur.", url=link, actor=kasiwas, at=at)
    record_recommendation(number, "REK/1/2026", on, "Laksanakan.", actor=reviewer, at=at)
    record_request(number, RequestKind.CLARIFICATION_1, "Jelaskan.", actor=reviewer, at=at)


TRACK_PAGES = {
    Audience.STAFF: [
        ("/staf/ombudsman/permintaan/1", "staff.ombudsman_request"),
        ("/staf/ombudsman/tindakan/1", "staff.ombudsman_action"),
        ("/staf/ombudsman/rekomendasi/1", "staff.ombudsman_recommendation"),
    ],
    Audience.REVIEW: [
        ("/ombudsman/perkara/1", "review.track"),
        ("/ombudsman/perkara/1/permintaan", "review.track_request"),
        ("/ombudsman/perkara/1/rekomendasi", "review.track_recommendation"),
        ("/ombudsman/perkara/1/lhp-baru", "review.lhp_new"),
        ("/ombudsman/lhp/1", "review.lhp"),
        ("/ombudsman/tindakan/1", "review.lhp_action"),
        ("/ombudsman/rekomendasi/1", "review.recommendation"),
        ("/ombudsman/sampel/1", "review.sample"),
        ("/ombudsman/sampel/1/1", "review.sample_case"),
        ("/ombudsman/sampel/1/2", "review.sample_case"),
    ],
}
"""What `examine` leaves to be looked at."""


def pages_of(visit: Tour, world: World, audience: Audience) -> list[tuple[str, str]]:
    """Addresses and endpoints of the pages of an audience."""
    listed = [
        (path, route.endpoint)
        for route in list_routes(visit.app)
        if route.audience is audience and "GET" in route.methods and route.endpoint not in FILES
        for path in addresses(route, world.own)
    ]
    listed += TRACK_PAGES[audience]
    return listed if audience is Audience.REVIEW else [*listed, *asking_more(world)]


def asking_more(world: World) -> list[tuple[str, str]]:
    """Pages of the staff that show nothing unless the right thing is named."""
    return [
        (f"/staf/antrean/massal?tindakan=dispose&pilih={world.own.number}", "staff.bulk"),
        ("/staf/zi/2026/indikator/A5.R.ii.a", "staff.zi_indicator"),
        ("/staf/zi/2026/indikator/A5.R.ii.a/bukti", "staff.zi_evidence"),
        ("/staf/zi/2026/indikator/A5.R.ii.a/tugas", "staff.zi_duty"),
        ("/staf/zi/tpi/SRG/2026", "staff.zi_tpi"),
        ("/staf/zi/tpi/SRG/2026/A5.R.ii.a", "staff.zi_tpi_indicator"),
        ("/staf/zi/2026/usulan", "staff.zi_proposals"),
        ("/staf/zi/2026/indikator/A5.R.ii.a/usulan", "staff.zi_proposal"),
        ("/staf/zi/2026/indikator/A5.R.ii.a/usulan/koreksi", "staff.zi_proposal_correct"),
        ("/staf/zi/2026/indikator/A5.R.ii.a/usulan/harus_ditindaklanjuti", "staff.zi_proposal_list"),
        ("/staf/zi/2026/indikator/A2.P.i.b/usulan/rekap/pemakaian", "staff.zi_held_list"),
    ]


SENT_EMPTY = frozenset({"staff.new_complaint", "staff.identity", "staff.respondent", "review.identity"})
"""Pages whose form wants something."""


def act_on_cases(visit: Tour, who: str) -> None:
    """Each step that somebody is offered on a case, opened and sent empty."""
    with visit.app.app_context():
        station = make_station()
        numbers = [LIVES[name](station, MONDAY).number for name in AT_WORK[who]]
    visit.sign_in(who)
    seen: set[str] = set()
    for number in numbers:
        home = f"/staf/pengaduan/{number}"
        visit.open(home, "offering steps")
        steps = visit.page.locator(f"main a[href^='{home}/']").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        for path in steps:
            step = path.removeprefix(f"{home}/")
            if "/" in step or step in seen or not visit.may_open(path):
                continue
            seen.add(step)
            visit.goto(path)
            visit.look("empty")
            if visit.page.locator(PRIMARY).count() and visit.push(PRIMARY) == 422:
                visit.look("nothing entered")
    assert len(seen) > 1, seen


STAFF = frozenset(
    {
        "staff.my_work",
        "staff.queue",
        "staff.case",
        "staff.action_page",
        "staff.allegation",
        "staff.bulk",
        "staff.deadlines",
        "staff.desk_receipt",
        "staff.identity",
        "staff.ledger",
        "staff.notice_received",
        "staff.ombudsman",
        "staff.ombudsman_action",
        "staff.ombudsman_reads",
        "staff.ombudsman_recommendation",
        "staff.ombudsman_request",
        "staff.reissue_page",
        "staff.respondent",
        "staff.skm",
        "staff.zi",
        "staff.zi_carry",
        "staff.zi_document",
        "staff.zi_document_correct",
        "staff.zi_duty",
        "staff.zi_evidence",
        "staff.zi_evidence_list",
        "staff.zi_held_list",
        "staff.zi_indicator",
        "staff.zi_part",
        "staff.zi_proposal",
        "staff.zi_proposal_correct",
        "staff.zi_proposal_list",
        "staff.zi_proposals",
        "staff.zi_tpi",
        "staff.zi_tpi_indicator",
    }
)
INTAKE = frozenset({"staff.my_work", "staff.queue", "staff.case", "staff.new_complaint"})
REVIEW = frozenset(
    {
        "review.audit",
        "review.audit_entries",
        "review.audit_entry",
        "review.case",
        "review.case_request",
        "review.cases",
        "review.identity",
        "review.index",
        "review.ledger",
        "review.lhp",
        "review.lhp_action",
        "review.lhp_list",
        "review.lhp_new",
        "review.patterns",
        "review.performance",
        "review.recommendation",
        "review.sample",
        "review.sample_case",
        "review.samples",
        "review.track",
        "review.track_recommendation",
        "review.track_request",
        "review.wbk",
        "review.wbk_assessment",
        "review.wbk_part",
    }
)

ROUNDS: dict[str, tuple[Callable[[Tour], None], frozenset[str]]] = {
    "entrance": (pass_the_entrance, frozenset({"entrance.sign_in", "entrance.change_password"})),
    "staff": (partial(sit_at_a_desk, who="kasiwas", audience=Audience.STAFF), STAFF),
    "polda": (sit_at_the_polda, frozenset({"staff.zi_tpi_list", "staff.zi_tpi", "staff.zi_tpi_indicator"})),
    "intake": (
        partial(sit_at_a_desk, who="petugas", audience=Audience.STAFF, elsewhere=STAFF - INTAKE),
        INTAKE,
    ),
    "reviewer": (partial(sit_at_a_desk, who="ombudsman", audience=Audience.REVIEW), REVIEW),
} | {
    f"steps of {who}": (partial(act_on_cases, who=who), frozenset({"staff.case", "staff.action_page"}))
    for who in AT_WORK
}
"""What a round does, and the endpoints that it must have seen."""
