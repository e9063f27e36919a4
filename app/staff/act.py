"""One page a step: it says in words what the step will start, fires it, and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.content.errors import FileRefused
from app.forms import kept_files
from app.forms.audit_words import audit_words
from app.forms.words import role_words
from app.law import get_law, get_table
from app.queries.case_log import Change, last_change, list_changes_since
from app.services.files import StoredFile
from app.services.texts import get_case_key
from app.staff.action_forms import ActionForm
from app.staff.actions import ACTIONS, FIRST_OPEN_FINDING, Action
from app.staff.blueprint import blueprint
from app.staff.desk import Desk, open_desk
from app.staff.previews import starts_of
from app.templating import label
from workflows.errors import CaseNotVisible, Refused, RoleNotPermitted, StaleVersion, WrongState
from workflows.permissions import check_permission
from workflows.vocabulary import Event


@blueprint.get("/pengaduan/<number>/<action>")
def action_page(number: str, action: str) -> ResponseReturnValue:
    """The page before a step."""
    event, row = _row(action)
    desk = open_desk(number, log=True)
    check_permission(desk.case, event, get_table()[event].by, desk.actor)
    if not get_table()[event].starts_from(desk.case.substate):
        return too_late(desk, event)
    form = row.make_form(desk)
    form.seen_version.data = str(desk.complaint.version)
    return show(desk, event, row, form)


@blueprint.post("/pengaduan/<number>/<action>")
def take_action(number: str, action: str) -> ResponseReturnValue:
    """Fire the event; a refusal comes back on its field."""
    event, row = _row(action)
    desk = open_desk(number, log=False)
    check_permission(desk.case, event, get_table()[event].by, desk.actor)
    form = row.make_form(desk)
    is_fine = form.validate_on_submit()
    files, refused = _files(desk, form)
    changes: Sequence[Change] = ()
    if is_fine and not refused:
        try:
            row.fire(number, form, desk.by(form.seen or 0), desk, files)
        except (CaseNotVisible, RoleNotPermitted):
            raise
        except FileRefused as refusal:
            refused = [refusal]
        except Refused as refusal:
            desk = open_desk(number, log=False)
            changes = lay(desk, form, refusal, row.field_map)
        else:
            flash(row.done, "success")
            return redirect(url_for("staff.case", number=number))
    kept_files.lay_file_refusals(form, refused)
    if "kept_files" in form:
        form.kept_files.data = kept_files.dump(files, subject=_subject(desk))
    return show(desk, event, row, form, changes=changes, files=files), 422


def show(
    desk: Desk,
    event: Event,
    row: Action,
    form: ActionForm,
    *,
    changes: Sequence[Change] = (),
    files: Sequence[StoredFile] = (),
) -> str:
    """The dialog page of an event."""
    rule = get_law().events[event]
    return render_template(
        "staff/action.html",
        desk=desk,
        case=desk.complaint,
        form=form,
        title=row.does,
        warning=row.warning,
        starts=starts_of(desk, event),
        rule=rule,
        missing=_missing(desk, event),
        changes=[change_words(one) for one in changes],
        kept=files,
    )


def too_late(desk: Desk, event: Event) -> ResponseReturnValue:
    """The step is no longer allowed: what happened last, and by whom."""
    change = last_change(desk.session, desk.complaint.id)
    return render_template(
        "staff/too_late.html",
        desk=desk,
        case=desk.complaint,
        title=ACTIONS[event].does,
        change=change_words(change) if change else None,
    ), 409


def lay(
    desk: Desk, form: Any, refusal: Refused, field_map: Mapping[str, str] | None = None
) -> Sequence[Change]:
    """Lays a refusal on the form; where the case changed meanwhile, gives what others did.

    After a change the form carries the version that is now on the screen: sending it again is a decision.
    """
    names = dict(field_map or {})
    if names.get(refusal.code) == FIRST_OPEN_FINDING:
        names[refusal.code] = _first_open_finding(form)
    form.lay_refusal(refusal, names, zone=desk.zone)
    if isinstance(refusal, (StaleVersion, WrongState)):
        changes = list_changes_since(desk.session, desk.complaint.id, form.seen or 0)
        form.seen_version.data = str(desk.complaint.version)
        return changes
    return ()


def change_words(change: Change) -> dict[str, Any]:
    """A change by somebody else, for the page: what, who, when."""
    return {
        "what": audit_words(change.kind),
        "who": change.by.words if change.by else role_words(change.role),
        "at": change.at,
    }


def _row(action: str) -> tuple[Event, Action]:
    try:
        event = Event(action)
    except ValueError:
        abort(404)
    if event not in ACTIONS:
        abort(404)
    return event, ACTIONS[event]


def _files(desk: Desk, form: ActionForm) -> tuple[list[StoredFile], list[FileRefused]]:
    """Files that the form brings: those kept from before, and those chosen now."""
    if "files" not in form:
        return [], []
    kept, _key = kept_files.load(form.kept_files.data, subject=_subject(desk))
    stored, refused = kept_files.store_chosen(form.files, get_case_key(desk.session, desk.complaint.id))
    return [*kept, *stored], refused


def _subject(desk: Desk) -> str:
    return kept_files.subject_of(desk.account.id, desk.number)


def _missing(desk: Desk, event: Event) -> list[str]:
    """What the file lacks, where the step is about that."""
    if event not in (Event.DECLARE_COMPLETE, Event.REQUEST_COMPLETION, Event.COMPLETE_RECEIVED):
        return []
    fields = {field.field: field for field in get_law().required_fields["complaint"]}
    return [label(fields[name]) for name in desk.case.missing_fields]


def _first_open_finding(form: Any) -> str:
    names = [f"finding_{row}" for row in form.allegation_ids]
    return next((name for name in names if not form[name].data), names[0] if names else "finding")
