"""Which documents that Sahut holds support which indicator.

Basis: the notes of ``data_sistem`` (reconstructed: local policy). Only what the database really holds is
named: for indicators whose note asks for something else (a banner, a report of an outside survey, minutes)
there is nothing here, and nothing is suggested.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Source(StrEnum):
    """A kind of document, or of list, that can be taken out of the database."""

    STANDARDS = "standar"
    PLEDGE = "maklumat"
    PROCEDURE = "prosedur"
    STATISTICS = "statistik"
    SURVEY_REPORTS = "laporan-skm"
    SURVEY_INDEX = "indeks-skm"
    EVALUATION_ACTIONS = "rekomendasi-evaluasi"
    SURVEY_ACTIONS = "rekomendasi-skm"
    EXAMINATION_REPORTS = "lhp"
    CHECKPOINT = "checkpoint"
    PERFORMANCE_REPORTS = "laporan-kinerja"
    OFFICERS = "petugas"
    LETTERS = "surat"
    USE = "pemakaian"
    CONDUCT = "perilaku"
    CONDUCT_PROVEN = "perilaku-terbukti"
    LEVIES = "pungli"
    BY_SERVICE = "layanan"
    LATE = "lewat-tenggat"
    HANDED_OVER = "pengalihan"
    DECISIONS = "putusan"


NOTHING: tuple[Source, ...] = ()
_S = Source

SOURCES: Mapping[str, tuple[Source, ...]] = MappingProxyType(
    {
        "A1.P.ii.c": (_S.STATISTICS,),
        "A1.R.i.b": (_S.USE,),
        "A2.P.i.b": (_S.USE, _S.CHECKPOINT),
        "A2.P.ii.c": (_S.USE,),
        "A2.P.ii.d": (_S.STATISTICS, _S.PERFORMANCE_REPORTS),
        "A2.R.ii.a": (_S.USE, _S.DECISIONS),
        "A2.R.iii.c": (_S.STATISTICS, _S.PERFORMANCE_REPORTS),
        "A3.P.v.a": (_S.CONDUCT,),
        "A3.R.iii.a": (_S.CONDUCT_PROVEN,),
        "A5.P.i.a": NOTHING,
        "A5.P.i.b": (_S.LEVIES,),
        "A5.P.ii.b": (_S.BY_SERVICE,),
        "A5.P.iii.a": (_S.PROCEDURE, _S.USE),
        "A5.P.iii.b": (_S.DECISIONS, _S.LETTERS),
        "A5.P.iii.c": (_S.STATISTICS, _S.PERFORMANCE_REPORTS),
        "A5.P.iii.d": (_S.EVALUATION_ACTIONS, _S.EXAMINATION_REPORTS),
        "A5.P.iv.a": NOTHING,
        "A5.P.iv.b": NOTHING,
        "A5.P.iv.c": NOTHING,
        "A5.P.v.c": (_S.HANDED_OVER,),
        "A5.R.i.a": (_S.DECISIONS, _S.CHECKPOINT),
        "A5.R.ii.a": (_S.DECISIONS, _S.LETTERS),
        "A6.P.i.a": (_S.STANDARDS,),
        "A6.P.i.b": (_S.PLEDGE,),
        "A6.P.i.c": (_S.BY_SERVICE, _S.SURVEY_REPORTS, _S.SURVEY_INDEX),
        "A6.P.i.d": (_S.STANDARDS, _S.PLEDGE),
        "A6.P.ii.b": (_S.STANDARDS,),
        "A6.P.ii.c": (_S.SURVEY_INDEX,),
        "A6.P.ii.d": (_S.LATE,),
        "A6.P.ii.e": (_S.USE, _S.PROCEDURE),
        "A6.P.ii.f": (_S.USE,),
        "A6.P.iii.a": (_S.PROCEDURE, _S.OFFICERS, _S.USE),
        "A6.P.iii.b": (_S.OFFICERS, _S.PROCEDURE),
        "A6.P.iii.c": (_S.STATISTICS, _S.PERFORMANCE_REPORTS),
        "A6.P.iv.a": (_S.SURVEY_REPORTS,),
        "A6.P.iv.b": (_S.SURVEY_INDEX,),
        "A6.P.iv.c": (_S.SURVEY_ACTIONS,),
        "A6.P.v.a": (_S.USE, _S.PROCEDURE),
        "A6.P.v.b": (_S.USE,),
        "A6.P.v.c": (_S.SURVEY_ACTIONS,),
        "A6.R.i.a": (_S.SURVEY_INDEX, _S.SURVEY_REPORTS),
        "A6.R.ii.a": (_S.USE, _S.LETTERS),
        "B.I.a": NOTHING,
        "B.II.a": NOTHING,
    }
)
"""Every indicator of ``data_sistem``, whatever its level; by id."""
