"""The charter: founding, people, keys, quorums, loss and compromise. Each docstring is a ledger (`ledgers.mini`)."""


# -- founding --------------------------------------------------------------------------------------------------------


def test_a_library_is_founded_once_and_first(ledger):
    """
    anna founds
    anna founds -> founding-again
    """


def test_one_founder_can_enrol_a_second_person_and_two_then_bind_each_other(ledger):
    """
    anna founds
    anna proposes charter: add bob as administrator
    anna publishes charter -> quorum-missing
    bob approves charter
    anna publishes charter
    anna proposes charter: add eva as reviewer
    anna publishes charter -> quorum-missing
    bob approves charter
    anna publishes charter
    eva comments PRO-01 -> document-unknown
    """


def test_a_founder_alone_changes_what_does_not_decide(ledger):
    """
    anna founds
    anna proposes charter: add eva as reviewer
    anna publishes charter
    """


# -- who decides -----------------------------------------------------------------------------------------------------


def test_only_administrators_propose_approve_reject_and_publish_a_charter(ledger):
    """
    office
    eva proposes charter: add gul as reviewer -> not-administrator
    anna proposes charter: add gul as reviewer
    eva approves charter -> not-administrator
    eva rejects charter -> not-administrator
    eva publishes charter -> not-administrator
    eva cancels charter -> not-administrator
    bob approves charter
    bob publishes charter
    """


def test_the_author_counts_once_for_a_charter(ledger):
    """
    office
    anna proposes charter: add gul as reviewer
    anna approves charter -> approved-already
    anna publishes charter -> quorum-missing
    bob approves charter
    bob approves charter -> approved-already
    anna publishes charter
    """


def test_an_administrator_counts_once_whatever_keys_they_hold(ledger):
    """
    office
    anna, bob change charter: key anna anna2; set library.administrators.approvals = 2
    anna proposes charter: add gul as reviewer
    anna with anna2 approves charter -> approved-already
    anna publishes charter -> quorum-missing
    """


def test_a_charter_is_approved_as_administrator_and_for_nobody_else(ledger):
    """
    office
    anna, bob change charter: deputy eva for bob as administrator
    anna proposes charter: add gul as reviewer
    bob approves charter as head -> role-not-asked
    eva for bob by order-5 approves charter -> role-not-asked
    anna for bob by order-5 publishes charter -> kind-fields
    """


def test_the_quorum_is_the_smaller_of_what_is_stated_and_the_administrators(ledger):
    """
    office
    anna, bob change charter: set library.administrators.approvals = 5
    anna proposes charter: add gul as reviewer
    anna publishes charter -> quorum-missing
    bob approves charter
    anna publishes charter
    """


def test_a_larger_quorum_is_needed_as_soon_as_there_are_people_for_it(ledger):
    """
    office
    anna, bob change charter: set library.administrators.approvals = 3
    anna proposes charter: add gul as administrator
    bob approves charter
    anna publishes charter -> quorum-missing
    gul approves charter
    anna publishes charter
    anna proposes charter: add hal as reviewer
    bob approves charter
    anna publishes charter -> quorum-missing
    gul approves charter
    anna publishes charter
    """


def test_new_administrators_who_are_enough_without_a_newcomer_need_not_ask_the_newcomer(ledger):
    """
    office
    anna proposes charter: add gul as administrator
    bob approves charter
    anna publishes charter
    """


def test_a_change_of_who_decides_needs_enough_of_the_old_and_of_the_new(ledger):
    """
    office
    anna proposes charter: dismiss bob as administrator; add gul as administrator
    gul approves charter
    anna publishes charter -> quorum-missing
    bob approves charter
    anna publishes charter
    bob proposes charter: add hal as reviewer -> not-administrator
    """


def test_the_old_administrators_alone_do_not_instate_new_ones(ledger):
    """
    office
    anna proposes charter: dismiss bob as administrator; dismiss anna as administrator; add gul as administrator; add hal as administrator
    bob approves charter
    anna publishes charter -> quorum-missing
    gul approves charter
    anna publishes charter -> quorum-missing
    hal approves charter
    anna publishes charter
    gul proposes charter: add ivy as reviewer
    hal approves charter
    hal publishes charter
    """


def test_a_proposed_key_counts_for_the_new_quorum_only(ledger):
    """
    office
    anna proposes charter: add gul as administrator
    gul approves charter
    gul approves charter -> approved-already
    anna publishes charter -> quorum-missing
    """


def test_a_key_that_is_only_proposed_can_do_nothing_but_approve(ledger):
    """
    office
    anna proposes charter: add gul as administrator; add hal as reviewer
    gul rejects charter -> signer-unknown
    gul publishes charter -> signer-unknown
    gul cancels charter -> signer-unknown
    hal approves charter -> signer-unknown
    gul submits PRO-01 -> signer-unknown
    """


def test_an_administrator_with_a_new_key_approves_for_both_quorums_with_the_old_one(ledger):
    """
    office
    anna proposes charter: revoke bob; key bob bob2
    bob approves charter
    anna publishes charter -> quorum-missing
    bob with bob2 approves charter
    anna publishes charter
    bob rejects charter -> signer-revoked
    """


def test_a_charter_decision_is_bound_to_submission_revision_and_content(ledger):
    """
    office
    A: anna proposes charter: add gul as reviewer
    bob approves charter [revision=9] -> approval-other-content
    bob approves charter [content=zeros] -> approval-other-content
    bob approves charter [submission=1] -> approval-stale
    anna proposes charter: add hal as reviewer
    bob approves charter [submission=@A] -> approval-stale
    anna publishes charter -> quorum-missing
    bob rejects charter [role=head] -> role-not-asked
    bob rejects charter
    bob approves charter -> proposal-rejected
    anna publishes charter -> proposal-rejected
    anna cancels charter
    bob approves charter -> nothing-submitted
    anna publishes charter -> nothing-submitted
    anna rejects charter -> nothing-submitted
    """


def test_a_charter_proposed_anew_needs_its_approvals_anew(ledger):
    """
    office
    anna proposes charter: add gul as reviewer
    bob approves charter
    anna proposes charter: add hal as administrator
    anna publishes charter -> quorum-missing
    bob approves charter
    anna publishes charter
    """


def test_a_charter_proposal_belongs_to_its_author(ledger):
    """
    office
    anna proposes charter: add gul as reviewer
    bob proposes charter: add hal as reviewer -> proposal-of-another
    anna rejects charter -> author-approves
    bob comments charter
    bob comments charter [submission=1] -> approval-stale
    bob comments charter [submission=none, publication=3] -> nothing-submitted
    bob cancels charter
    bob proposes charter: add hal as reviewer
    """


def test_a_charter_proposal_names_its_base_and_its_number(ledger):
    """
    office
    anna proposes charter: add gul as reviewer [[revision=9]] -> revision-number
    anna proposes charter: add gul as reviewer [[base_publication=1]] -> base-stale
    anna proposes charter: add gul as reviewer [[base_submission=1]] -> base-stale
    anna proposes charter: add gul as reviewer [[kind=revision]] -> kind-fields
    anna proposes charter: add gul as reviewer [[content=zeros]] -> content-digest
    A: anna proposes charter: add gul as reviewer
    anna proposes charter: add gul as reviewer [[base_submission=none]] -> base-stale
    anna proposes charter: add hal as reviewer
    anna proposes charter: add gul as reviewer [[base_submission=@A]] -> base-stale
    """


def test_a_charter_acts_from_its_own_day(ledger):
    """
    office
    anna proposes charter: add gul as reviewer
    bob approves charter
    anna publishes charter from 2026-01-02 -> effective-past
    anna publishes charter from 2025-12-31 -> effective-past
    anna publishes charter
    """


def test_nobody_elses_charter_is_even_read(ledger):
    """
    office
    mallory proposes charter: set library.offsets = [] -> signer-unknown
    mallory reviews charter -> signer-unknown
    """


def test_documents_events_are_not_the_charters(ledger):
    """
    office
    anna reviews charter -> kind-not-supported
    anna reads charter -> kind-not-supported
    anna records X-01-2026-0001 from charter -> kind-not-supported
    anna submits PRO-01 {subject=charter, previous=3} -> charter-invalid
    anna submits PRO-01 [tree=none] {subject=charter, previous=3} -> kind-fields
    """


# -- what a charter must be, and keep --------------------------------------------------------------------------------


def test_a_charter_that_cannot_be_read_is_refused(ledger):
    """
    office
    anna proposes charter: set library.offsets = [] -> charter-invalid
    anna proposes charter: set library.offsets = ["+4"] -> charter-invalid
    anna proposes charter: set library.languages = [azeri] -> charter-invalid
    anna proposes charter: set library.format = v2 -> charter-invalid
    anna proposes charter: set library.surprise = 1 -> charter-invalid
    anna proposes charter: set library.types.policy.workflow = [] -> charter-invalid
    anna proposes charter: set library.types.policy.workflow = [{head: 0}] -> charter-invalid
    anna proposes charter: set library.types.policy.workflow = [{head: 21}] -> charter-invalid
    anna proposes charter: set library.types.policy.workflow = [{}] -> charter-invalid
    anna proposes charter: set library.types.policy.prefix = PRO -> charter-invalid
    anna proposes charter: set library.types.policy.folder = records -> charter-invalid
    anna proposes charter: set library.administrators.approvals = 0 -> charter-invalid
    anna proposes charter: set people.people.eva.email = bob@office.example -> charter-invalid
    anna proposes charter: set people.people.eva.name = "Eva <x>" -> charter-invalid
    anna proposes charter: set people.people.eva.email = "eva" -> charter-invalid
    anna proposes charter: deputy ghost for bob as head -> charter-invalid
    anna proposes charter: deputy bob for bob as head -> charter-invalid
    """


def test_a_name_that_no_commit_can_bear_is_refused(ledger):
    """
    office
    anna proposes charter: set people.people.eva.name = ƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏƏ -> charter-invalid
    """


def test_people_keys_and_types_stay_listed_for_ever(ledger):
    """
    office
    anna proposes charter: remove person eva -> charter-keeps-people
    anna proposes charter: remove key eva -> charter-keeps-keys
    anna proposes charter: remove type form -> charter-keeps-types
    anna proposes charter: set library.types.form.prefix = FOR -> charter-keeps-types
    anna proposes charter: set library.types.form.folder = policies -> charter-keeps-types
    anna, bob change charter: revoke eva
    anna proposes charter: restore eva -> charter-keeps-keys
    """


def test_a_compromise_is_not_taken_back_nor_moved_to_later_but_may_turn_out_earlier(ledger):
    """
    office
    anna proposes charter: revoke eva since 99 -> charter-compromised-since
    anna, bob change charter: revoke eva since 4
    anna proposes charter: restore eva -> charter-keeps-keys
    anna proposes charter: revoke eva since 5 -> charter-keeps-keys
    anna, bob change charter: revoke eva since 3
    """


def test_a_key_belongs_to_one_person_for_all_time(ledger):
    """
    office
    anna proposes charter: key bob eva -> charter-key-reused
    anna proposes charter: key bob bob -> charter-key-reused
    anna proposes charter: key bob recovery -> charter-key-reused
    anna proposes charter: recovery eva -> charter-key-reused
    anna, bob change charter: revoke eva
    anna proposes charter: key bob eva -> charter-key-reused
    anna, bob change charter: recovery recovery2
    anna proposes charter: key bob recovery -> charter-key-reused
    """


def test_a_new_key_comes_with_a_proof_that_it_is_held(ledger):
    """
    office
    anna proposes charter: key bob bob2 by eva -> charter-proof
    anna proposes charter: add gul as reviewer; set people.people.gul.keys.0.proof = AAAA -> charter-proof
    anna proposes charter: recovery recovery2; set library.recovery.proof = AAAA -> charter-proof
    anna proposes charter: key bob bob2
    """


def test_a_key_of_a_kind_that_is_not_accepted_is_refused(ledger):
    """
    office
    anna proposes charter: add gul as reviewer; set people.people.gul.keys.0.public = ssh-dss AAAAB3NzaC1kc3M= -> charter-key-refused
    anna proposes charter: add gul as reviewer; set people.people.gul.keys.0.public = ssh-ed25519 AAAA -> charter-key-refused
    """


def test_somebody_must_be_left_who_can_change_the_charter(ledger):
    """
    office
    anna proposes charter: dismiss bob as administrator; dismiss anna as administrator -> charter-last-administrator
    anna proposes charter: leave bob 2026-01-01; leave anna 2026-01-01 -> charter-last-administrator
    anna proposes charter: revoke bob; revoke anna since 3 -> charter-last-administrator
    anna proposes charter: set library.administrators.role = ghost -> charter-last-administrator
    bob suspends bob
    anna proposes charter: revoke anna -> charter-last-administrator
    """


def test_the_last_administrator_may_not_be_suspended_away_between_proposal_and_publication(ledger):
    """
    office
    anna proposes charter: dismiss anna as administrator
    bob approves charter
    bob suspends bob
    anna publishes charter -> charter-last-administrator
    """


# -- suspension ------------------------------------------------------------------------------------------------------


def test_a_key_is_suspended_at_once_by_its_holder_or_an_administrator(ledger):
    """
    office
    anna, bob change charter: key eva eva2
    dan suspends eva -> suspension-not-allowed
    dan suspends ghost -> key-unknown
    dan suspends recovery -> key-unknown
    eva with eva2 suspends eva
    eva submits PRO-01 -> signer-suspended
    anna suspends eva -> suspended-already
    bob suspends dan
    dan submits PRO-01 -> signer-suspended
    eva with eva2 comments PRO-01 -> document-unknown
    """


def test_a_revoked_key_cannot_be_suspended(ledger):
    """
    office
    anna, bob change charter: revoke eva
    anna suspends eva -> suspended-already
    """


def test_a_suspended_administrator_does_not_lower_the_quorum(ledger):
    """
    office
    anna suspends bob
    anna proposes charter: revoke bob
    anna publishes charter -> quorum-missing
    bob approves charter -> signer-suspended
    """


def test_a_suspended_key_does_not_approve_by_being_named_in_the_proposal(ledger):
    """
    office
    bob suspends bob
    anna proposes charter: add gul as reviewer
    bob approves charter -> signer-suspended
    anna publishes charter -> quorum-missing
    """


def test_what_a_key_signed_before_its_suspension_still_counts(ledger):
    """
    office
    dan submits POL-01
    bob approves POL-01
    anna suspends bob
    anna publishes POL-01
    POL-01 is in-force revision 1
    """


def test_a_charter_approval_from_before_the_suspension_still_counts(ledger):
    """
    office
    anna proposes charter: revoke bob; key bob bob2
    bob approves charter
    anna suspends bob
    bob with bob2 approves charter
    anna publishes charter
    bob with bob2 comments PRO-01 -> document-unknown
    """


# -- recovery --------------------------------------------------------------------------------------------------------


def test_the_recovery_key_replaces_an_administrators_key_and_nothing_else(ledger):
    """
    office
    recovery proposes charter: key eva eva2 -> recovery-only-replaces
    recovery proposes charter: add gul as administrator -> recovery-only-replaces
    recovery proposes charter: appoint bob as reviewer; key bob bob2 -> recovery-only-replaces
    recovery proposes charter: key bob bob2; key anna anna2 -> recovery-only-replaces
    recovery proposes charter: key bob bob2; set library.administrators.approvals = 1 -> recovery-only-replaces
    recovery proposes charter: recovery recovery2 -> recovery-only-replaces
    recovery proposes charter: key bob bob2; revoke bob
    recovery publishes charter
    bob comments charter -> signer-revoked
    bob with bob2 proposes charter: add gul as reviewer
    anna approves charter
    anna publishes charter
    """


def test_the_recovery_key_signs_nothing_else(ledger):
    """
    office
    anna proposes charter: add gul as reviewer
    recovery approves charter -> signer-unknown
    recovery rejects charter -> signer-unknown
    recovery comments charter -> signer-unknown
    recovery publishes charter -> recovery-only-replaces
    recovery submits PRO-01 -> signer-unknown
    recovery cancels charter
    recovery suspends eva -> signer-unknown
    """


def test_the_recovery_key_bears_its_own_name(ledger):
    """
    office
    recovery proposes charter: key bob bob2 {{name=Anna}} -> signer-unknown
    """


def test_the_recovery_key_comes_before_an_open_proposal(ledger):
    """
    office
    anna proposes charter: add gul as reviewer
    recovery proposes charter: key bob bob2
    anna proposes charter: add gul as reviewer -> proposal-of-another
    recovery publishes charter
    """


def test_an_old_recovery_key_recovers_nothing(ledger):
    """
    office
    anna, bob change charter: recovery recovery2
    recovery proposes charter: key bob bob2 -> signer-unknown
    recovery2 proposes charter: key bob bob2
    recovery2 publishes charter
    """


def test_a_revoked_recovery_key_recovers_nothing(ledger):
    """
    office
    anna, bob change charter: set library.recovery.revoked = yes
    recovery proposes charter: key bob bob2 -> signer-unknown
    """


def test_recovery_helps_when_every_administrator_is_suspended(ledger):
    """
    office
    anna suspends bob
    anna suspends anna
    recovery proposes charter: key bob bob2; revoke bob
    recovery publishes charter
    bob with bob2 proposes charter: key anna anna2; revoke anna
    bob with bob2 publishes charter -> quorum-missing
    anna approves charter -> signer-suspended
    bob with bob2 cancels charter
    recovery proposes charter: key anna anna2; revoke anna
    recovery publishes charter
    anna with anna2 proposes charter: add gul as reviewer
    bob with bob2 approves charter
    anna with anna2 publishes charter
    """


# -- revocation and leaving ------------------------------------------------------------------------------------------


def test_a_revoked_key_signs_nothing_even_with_an_older_date(ledger):
    """
    office
    anna, bob change charter: revoke eva
    eva submits PRO-01 -> signer-revoked
    eva approves PRO-01 as reviewer {at=1767254500} -> time-before-parent
    """


def test_an_administrator_whose_keys_are_all_revoked_is_not_waited_for(ledger):
    """
    office
    anna, bob change charter: revoke bob
    anna proposes charter: add gul as reviewer
    anna publishes charter
    """


def test_people_leave_by_day(ledger):
    """
    office
    anna, bob change charter: leave dan 2026-02-01
    day 2026-01-31 23:00
    dan submits PRO-01
    day 2026-02-01 00:00
    dan submits PRO-01 -> signer-left
    """


def test_roles_are_held_from_a_day_to_a_day(ledger):
    """
    office
    anna, bob change charter: appoint eva as author from 2026-02-01 to 2026-02-10
    eva submits PRO-01 -> author-role
    day 2026-01-31 23:00
    eva submits PRO-01 -> author-role
    day 2026-02-01 00:00
    eva submits PRO-01
    day 2026-02-10 23:00
    eva submits PRO-01
    day 2026-02-11 00:00
    eva submits PRO-01 -> author-role
    """


def test_what_was_lawful_stays_lawful_when_people_leave_and_keys_end(ledger):
    """
    office
    dan submits PRO-01
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    anna, bob change charter: leave dan 2026-01-01; leave eva 2026-01-01; revoke dan; revoke eva
    PRO-01 is in-force revision 1
    unconfirmed: nothing
    """


def test_an_administrator_who_left_no_longer_decides(ledger):
    """
    office
    anna, bob change charter: leave bob 2026-02-01
    day 2026-02-01
    anna proposes charter: add gul as reviewer
    bob approves charter -> signer-left
    anna publishes charter
    """


def test_an_approval_of_an_administrator_who_left_before_publication_does_not_count(ledger):
    """
    office
    anna, bob change charter: leave bob 2026-02-01; add gul as administrator
    anna proposes charter: add hal as reviewer
    bob approves charter
    day 2026-02-01
    anna publishes charter -> quorum-missing
    gul approves charter
    anna publishes charter
    """


def test_names_are_the_enrolled_ones(ledger):
    """
    office
    eva comments PRO-01 {name=Bob} -> signer-identity
    eva comments PRO-01 {email=bob@office.example} -> signer-identity
    eva with bob submits PRO-01 {name=Eva} -> signer-identity
    anna, bob change charter: set people.people.eva.name = Eva Smith
    eva comments PRO-01 {name=Eva} -> signer-identity
    """


def test_a_key_enrolled_later_signs_nothing_before(ledger):
    """
    office
    gul submits POL-01 -> signer-unknown
    anna, bob change charter: add gul as author
    gul submits POL-01
    """


# -- compromise ------------------------------------------------------------------------------------------------------


def test_a_compromise_does_not_change_what_is_lawful_or_in_force(ledger):
    """
    office
    A: dan submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna, bob change charter: revoke dan since @A
    POL-01 is in-force revision 1
    unconfirmed: A
    dan submits POL-01 -> signer-revoked
    """


def test_an_approval_of_a_compromised_key_counts_for_no_later_quorum(ledger):
    """
    office
    anna, bob change charter: key bob bob2; add gul as administrator
    dan submits POL-01
    A: bob approves POL-01
    POL-01 needs nothing
    anna, gul change charter: revoke bob since @A
    unconfirmed: A
    POL-01 needs 1 head
    anna publishes POL-01 -> quorum-missing
    bob with bob2 approves POL-01
    POL-01 needs nothing
    anna publishes POL-01
    """


def test_an_approval_from_before_the_compromise_counts(ledger):
    """
    office
    anna, bob change charter: key bob bob2; add gul as administrator
    dan submits POL-01
    bob approves POL-01
    A: eva comments POL-01
    anna, gul change charter: revoke bob since @A
    unconfirmed: nothing
    anna publishes POL-01
    """


def test_an_unconfirmed_entry_is_reaffirmed_once_by_another_administrator(ledger):
    """
    office
    anna, bob change charter: key bob bob2; add gul as administrator
    B: dan submits POL-01
    A: bob approves POL-01
    anna reaffirms @A of POL-01 -> reaffirm-not-needed
    anna, gul change charter: revoke bob since @A
    eva reaffirms @A of POL-01 -> not-administrator
    bob with bob2 reaffirms @A of POL-01 -> reaffirm-own
    anna reaffirms @B of POL-01 -> reaffirm-not-needed
    anna reaffirms 99 of POL-01 -> entry-unknown
    anna reaffirms @A of charter -> entry-unknown
    anna reaffirms @A of POL-02 -> document-unknown
    anna reaffirms @A of POL-01
    anna reaffirms @A of POL-01 -> reaffirm-not-needed
    unconfirmed: nothing
    POL-01 needs nothing
    anna publishes POL-01
    """


def test_a_submission_by_a_compromised_key_is_not_published_until_reaffirmed(ledger):
    """
    office
    A: dan submits POL-01
    bob approves POL-01
    anna, bob change charter: revoke dan since @A
    anna publishes POL-01 -> submission-unconfirmed
    bob reaffirms @A of POL-01
    anna publishes POL-01
    """


def test_keys_that_a_compromised_key_enrolled_are_suspended_until_reaffirmed(ledger):
    """
    office
    anna, bob change charter: key bob bob2; add gul as administrator
    A: bob, anna change charter: add hal as author
    hal submits POL-01
    anna, gul change charter: revoke bob since @A
    hal cancels POL-01 -> signer-suspended
    anna cancels POL-01
    """


def test_a_reaffirmed_enrolment_gives_the_key_back(ledger):
    """
    office
    anna, bob change charter: key bob bob2; add gul as administrator
    A: bob, anna change charter: add hal as author
    anna, gul change charter: revoke bob since @A
    hal submits POL-01 -> signer-suspended
    anna reaffirms @A of charter
    hal submits POL-01 -> signer-suspended
    anna reaffirms @A+2 of charter
    hal submits POL-01
    """


def test_an_approval_of_a_compromised_key_suspends_what_it_enrolled(ledger):
    """
    office
    anna, bob change charter: key bob bob2; add gul as administrator
    A: anna, bob change charter: add hal as author
    anna, gul change charter: revoke bob since @A+1
    hal submits POL-01 -> signer-suspended
    bob with bob2 reaffirms @A+1 of charter -> reaffirm-own
    gul reaffirms @A+1 of charter
    hal submits POL-01
    """


def test_a_key_enrolled_before_the_compromise_keeps_its_line(ledger):
    """
    office
    anna, bob change charter: key bob bob2; add gul as administrator; add hal as author
    A: anna, bob change charter: set library.types.policy.review-months = 24
    anna, gul change charter: revoke bob since @A
    hal submits POL-01
    """
