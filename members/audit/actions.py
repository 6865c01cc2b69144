"""Every act that is audited: `subject:object:action`, by whom, on what, and what was done."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """One kind of act. A name is never used for anything else, and never taken away: rows that have it stay."""

    # signing in
    SESSION_OPENED = "person:session:opened"
    SESSION_BOUND = "person:session:bound"
    SESSION_ENDED = "person:session:ended"
    SECOND_FACTOR_REFUSED = "stranger:second_factor:refused"
    BACKUP_CODE_USED = "person:backup_code:used"
    BACKUP_CODES_MADE = "person:backup_codes:made"
    PASSKEY_ADDED = "person:passkey:added"
    PASSKEY_REMOVED = "person:passkey:removed"
    RESET_REQUESTED = "helper:sign_in_reset:requested"
    RESET_CONFIRMED = "officer:sign_in_reset:confirmed"
    RESET_WITHDRAWN = "helper:sign_in_reset:withdrawn"
    RESET_USED = "person:sign_in_reset:used"
    # bringing in
    INVITED = "helper:invitation:made"
    INVITATION_WITHDRAWN = "helper:invitation:withdrawn"
    ENROLLED = "person:sign_in:set_up"
    KEYS_GIVEN = "person:keys:given"
    # the Register: one for each type of statement
    NETWORK_FOUNDED = "officers:network:founded"
    OFFICER_APPOINTED = "officers:officer:appointed"
    OFFICER_REKEYED = "officers:officer:rekeyed"
    OFFICER_REMOVED = "officers:officer:removed"
    AUTHORITY_ADMITTED = "officers:authority:admitted"
    AUTHORITY_SUSPENDED = "officers:authority:suspended"
    AUTHORITY_REINSTATED = "officers:authority:reinstated"
    AUTHORITY_WITHDRAWN = "officers:authority:withdrawn"
    FOCAL_POINT_APPOINTED = "authority:focal_point:appointed"
    FOCAL_POINT_ROLE_CHANGED = "authority:focal_point:role_changed"
    FOCAL_POINT_REKEYED = "authority:focal_point:rekeyed"
    FOCAL_POINT_CONFIRMED = "authority:focal_point:confirmed"
    FOCAL_POINT_REMOVED = "authority:focal_point:removed"
    KEYS_CHANGED = "person:keys:changed"
    DEVICE_ENROLLED = "person:device:enrolled"
    DEVICE_REVOKED = "person:device:revoked"
    PROPOSED = "officer:proposal:made"
    PROPOSAL_SIGNED = "officer:proposal:signed"
    PROPOSAL_DECLINED = "officer:proposal:declined"
    # the people of an authority
    INVITATION_TAKEN_OVER = "helper:invitation:taken_over"
    CODE_DIFFERED = "person:code:differed"
    ABSENCE_ENTERED = "person:absence:entered"
    ABSENCE_CHANGED = "person:absence:changed"
    ABSENCE_WITHDRAWN = "person:absence:withdrawn"
    # the charter
    CHARTER_WRITTEN = "officer:charter:written"
    CHARTER_DISCARDED = "officer:charter:discarded"
    CHARTER_PUBLISHED = "officer:charter:published"
    CHARTER_ACCEPTED = "lead:charter:accepted"
    CHARTER_REMINDED = "officer:charter:reminded"
    # applications to join
    APPLICATION_ENTERED = "officer:application:entered"
    APPLICATION_SUBMITTED = "applicant:application:submitted"
    APPLICATION_PASSED = "officer:application:passed"
    APPLICATION_WENT_BACK = "officer:application:went_back"
    APPLICATION_RETURNED = "officer:application:returned"
    APPLICATION_ASKED = "officer:application:asked"
    APPLICATION_ANSWERED = "applicant:application:answered"
    OBSERVER_OFFERED = "officer:observer_status:offered"
    OBSERVER_ACCEPTED = "applicant:observer_status:accepted"
    OBSERVER_REFUSED = "applicant:observer_status:refused"
    OBJECTION_MADE = "member:objection:made"
    OBJECTION_WITHDRAWN = "member:objection:withdrawn"
    OBJECTION_SETTLED = "officer:objection:settled"
    APPLICATION_DECLINED = "officer:application:declined"
    APPLICATION_WITHDRAWN = "applicant:application:withdrawn"
    APPLICATION_ADMITTED = "officers:application:admitted"
    DOCUMENT_READ = "officer:document:read"
    DOCUMENT_JUDGED = "officer:document:judged"
    PIPELINE_CHANGED = "officer:pipeline:changed"
    # the directory
    ENTRY_SIGNED = "authority:directory:signed"
    CENTRAL_AUTHORITY_SIGNED = "officer:directory:signed"
    PROFILE_SIGNED = "person:profile:signed"
    # conversations, of which nothing is said but that they were begun
    CONVERSATION_OPENED = "person:conversation:opened"
    # what is done to the portal itself
    RESTORATION_BEGUN = "operator:restoration:begun"
    RESTORATION_ENDED = "operator:restoration:ended"
    AUDIT_EXPORTED = "officer:audit:exported"


OF_STATEMENTS = {
    "network.founded": Action.NETWORK_FOUNDED,
    "officer.appointed": Action.OFFICER_APPOINTED,
    "officer.rekeyed": Action.OFFICER_REKEYED,
    "officer.removed": Action.OFFICER_REMOVED,
    "authority.admitted": Action.AUTHORITY_ADMITTED,
    "authority.suspended": Action.AUTHORITY_SUSPENDED,
    "authority.reinstated": Action.AUTHORITY_REINSTATED,
    "authority.withdrawn": Action.AUTHORITY_WITHDRAWN,
    "focal_point.appointed": Action.FOCAL_POINT_APPOINTED,
    "focal_point.role_changed": Action.FOCAL_POINT_ROLE_CHANGED,
    "focal_point.rekeyed": Action.FOCAL_POINT_REKEYED,
    "focal_point.confirmed": Action.FOCAL_POINT_CONFIRMED,
    "focal_point.removed": Action.FOCAL_POINT_REMOVED,
    "account.keys": Action.KEYS_CHANGED,
    "device.enrolled": Action.DEVICE_ENROLLED,
    "device.revoked": Action.DEVICE_REVOKED,
}
