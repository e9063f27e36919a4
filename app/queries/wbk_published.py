"""Documents that the station shows everybody: standards, pledge, procedure, statistics, survey."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.law import get_law
from app.models import Service, StatisticsMonth, SurveyRound
from app.queries.catalogue import find_pledge, list_services
from app.queries.settings import get_threshold
from app.queries.survey import FEWEST, skm_results
from app.queries.wbk_cases import local_date
from app.queries.wbk_held import HeldDocument, Taking
from reports.skm import round_half_up
from reports.wbk.proposals.held import Source


def standards(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """The standard of each service that shows one (UU 25/2009 Pasal 21)."""
    for service in list_services(taking.session, taking.agency.id, with_standards=True):
        if service.standards:
            yield HeldDocument(
                key=f"{source.value}-{service.code}",
                title=f"Standar pelayanan {service.label_id}, sebagaimana tayang",
                on=taking.today,
                path=f"/layanan/{service.code}?{taking.station}",
                columns=("no", "komponen", "isi"),
                rows=tuple((row.no, row.code, row.text_id) for row in service.standards),
            )


def pledge(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """The pledge, with its own date and signer (UU 25/2009 Pasal 22)."""
    pledge = find_pledge(taking.session, taking.agency.id)
    if pledge is not None and pledge.signed_on <= taking.today:
        yield HeldDocument(
            key=source.value,
            title="Maklumat pelayanan",
            on=pledge.signed_on,
            signer=pledge.signer_title,
            path=f"/maklumat?{taking.station}",
            columns=("maklumat",),
            rows=((pledge.text,),),
        )


def procedure(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """Who is responsible for complaints has to be public (UU 25/2009 Pasal 36 ayat (4))."""
    agency = taking.agency
    if agency.contact_name:
        yield HeldDocument(
            key=source.value,
            title="Prosedur pengaduan dan penanggung jawabnya, sebagaimana tayang",
            on=taking.today,
            path=f"/prosedur?{taking.station}",
            columns=("penanggung_jawab", "jabatan", "alamat", "telepon", "surel"),
            rows=((agency.contact_name, agency.contact_title, agency.address, agency.phone, agency.email),),
        )


def statistics(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """The open statistics, as far as their months stand for good."""
    months = taking.session.execute(
        select(StatisticsMonth.month, StatisticsMonth.frozen_at)
        .where(
            StatisticsMonth.agency_id == taking.agency.id,
            StatisticsMonth.month.between(*taking.span),
            StatisticsMonth.frozen_at <= taking.at,
        )
        .order_by(StatisticsMonth.month)
    ).all()
    if months:
        yield HeldDocument(
            key=source.value,
            title=f"Statistik pengaduan {taking.year}, {len(months)} bulan terbit",
            on=local_date(max(row.frozen_at for row in months), taking.zone),
            path=f"/statistik?{taking.station}&tahun={taking.year}",
            columns=("bulan", "ditetapkan"),
            rows=tuple((row.month, row.frozen_at) for row in months),
        )


def survey_reports(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """Each survey round that was reported in the year, by its own number."""
    rounds = taking.session.execute(
        select(SurveyRound, Service.label_id)
        .outerjoin(Service, Service.id == SurveyRound.service_id)
        .where(
            SurveyRound.agency_id == taking.agency.id,
            SurveyRound.reported_on.between(*taking.span),
            SurveyRound.reported_on <= taking.today,
        )
        .order_by(SurveyRound.reported_on, SurveyRound.id)
    )
    for row, service in rounds:
        if row.reported_on is None:
            continue
        yield HeldDocument(
            key=f"{source.value}-{row.id}",
            number=row.report_number,
            title=f"Laporan survei kepuasan masyarakat: {service or 'semua layanan'}",
            on=row.reported_on,
            columns=("layanan", "dibuka", "ditutup", "dilaporkan", "responden"),
            rows=((service or "semua", row.opened_on, row.closed_on, row.reported_on, row.respondents),),
        )


def survey_index(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """Only what the open page shows, too: few answers could be laid to a person."""
    months = list(
        taking.session.scalars(
            select(StatisticsMonth.month).where(
                StatisticsMonth.agency_id == taking.agency.id, StatisticsMonth.month.between(*taking.span)
            )
        )
    )
    if not months:
        return
    found = skm_results(taking.session, taking.agency.id, min(months), max(months)).overall
    if found.respondents < max(get_threshold(taking.session, taking.agency.id), FEWEST):
        return
    names = get_law().skm.elements
    yield HeldDocument(
        key=source.value,
        title=f"Indeks kepuasan masyarakat (SKM) {taking.year} per unsur, {found.respondents} responden",
        on=taking.today,
        path=f"/statistik?{taking.station}&tahun={taking.year}#skm",
        columns=("no", "unsur", "jawaban", "rata_rata"),
        rows=tuple(
            (
                names[one.code].no,
                names[one.code].label_id,
                one.answered,
                None if one.nrr is None else str(round_half_up(one.nrr)),
            )
            for one in found.elements
        ),
    )
