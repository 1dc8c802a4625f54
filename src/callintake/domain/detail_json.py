"""Tickets, calls and messages in the JSON that others build on."""

from datetime import UTC, datetime
from typing import Any

from callintake.domain.detail import CallRecord, Ticket, TicketLine
from callintake.domain.message import Message


def stamp(moment: datetime | None) -> str | None:
    """Return a time as others read it: UTC, to the second, with `Z`."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_json(ticket: Ticket) -> dict[str, Any]:
    """Return a ticket in the JSON that others build on."""
    requester = ticket.requester
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "description": ticket.description,
        "category": ticket.category,
        "priority": ticket.priority.word,
        "status": ticket.status.value,
        "department": ticket.department,
        "owner": ticket.owner,
        "version": ticket.version,
        "requester": {
            "name": requester.name,
            "organization": requester.organization,
            "email": requester.email,
            "phone": requester.phone,
            "phone_typed": requester.phone_typed,
            "contact_id": requester.contact_id,
        },
        "missing": list(requester.missing),
        "missing_reason": ticket.missing_reason,
        "gate": {
            "open": ticket.gate.open,
            "identity": ticket.gate.identity.value,
            "authorization": ticket.gate.authorization.value,
            "reasons": list(ticket.gate.reasons),
        },
        "suspicion": ticket.suspicion,
        "break_glass": ticket.break_glass,
        "asset": ticket.asset,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "asked": list(ticket.asked),
        "offsets": list(ticket.offsets),
        "calls": [call_to_json(call) for call in ticket.calls],
        "notes": [
            {
                "at": stamp(note.at),
                "agent": note.agent,
                "text": note.text,
                "offsets": list(note.offsets),
                "call_id": note.call_id,
            }
            for note in ticket.notes
        ],
        "attempts": [
            {
                "at": stamp(attempt.at),
                "agent": attempt.agent,
                "method": attempt.method.value,
                "factor": attempt.method.factor.value,
                "outcome": attempt.outcome.value,
                "number": attempt.number,
                "address": attempt.address,
                "approver_id": attempt.approver_id,
                "reason": attempt.reason,
                "name": attempt.claim.name,
                "organization": attempt.claim.organization,
                "contact_id": attempt.claim.contact_id,
                "category": attempt.claim.category,
            }
            for attempt in ticket.attempts
        ],
        "notifications": [message_to_json(message) for message in ticket.notifications],
        "history": [
            {"at": stamp(event.at), "agent": event.agent, "kind": event.kind, "data": event.data}
            for event in ticket.history
        ],
        "merged_into": ticket.merged_into,
        "merged": [to_json(one) for one in ticket.merged],
        "split_from": ticket.split_from,
        "raised_by": ticket.raised_by,
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(ticket.updated_at),
        "due_at": stamp(ticket.due_at),
        "snoozed_until": stamp(ticket.snoozed_until),
        "waits_until": stamp(ticket.waits_until),
        "leased_until": stamp(ticket.leased_until),
    }


def message_to_json(message: Message) -> dict[str, Any]:
    """Return a message in the JSON that others build on."""
    return {
        "id": message.id,
        "at": stamp(message.at),
        "ticket": message.ticket,
        "event": message.event,
        "recipient": message.recipient,
        "department": message.department,
        "channel": message.channel,
        "state": message.state,
        "tries": message.tries,
        "due_at": stamp(message.due_at),
        "sent_at": stamp(message.sent_at),
        "outcome": message.outcome,
        "settled": message.settled,
    }


def call_to_json(call: CallRecord) -> dict[str, Any]:
    """Return a call in the JSON that others build on."""
    return {
        "id": call.id,
        "channel": call.channel,
        "direction": call.direction,
        "caller_number": call.caller_number,
        "dialled_number": call.dialled_number,
        "started_at": stamp(call.started_at),
        "ended_at": stamp(call.ended_at),
        "answered_at": stamp(call.answered_at),
        "wait_seconds": call.wait_seconds,
        "talk_seconds": call.talk_seconds,
        "hold_seconds": call.hold_seconds,
        "wrap_up_seconds": call.wrap_up_seconds,
        "agent": call.agent,
        "disposition": call.disposition,
        "reason": call.reason,
        "ticket": call.ticket,
        "call_id": call.external_id,
        "cause": call.cause,
        "announced_name": call.announced,
        "missed": call.is_missed,
        "callback_owner": call.callback_owner,
    }


def line_to_json(line: TicketLine) -> dict[str, Any]:
    """Return a line of the queue in the JSON that others build on: the same names, without the records."""
    return {
        "number": line.number,
        "subject": line.subject,
        "category": line.category,
        "priority": line.priority.word,
        "status": line.status.value,
        "department": line.department,
        "owner": line.owner,
        "version": line.version,
        "requester": {"name": line.name, "organization": line.organization},
        "gate": {
            "open": line.gate.open,
            "identity": line.gate.identity.value,
            "authorization": line.gate.authorization.value,
            "reasons": list(line.gate.reasons),
        },
        "created_at": stamp(line.created_at),
        "due_at": stamp(line.due_at),
    }
