"""The life of a document: who may do what, in which order. Each docstring is a ledger (`ledgers.mini`)."""


def test_a_document_goes_from_its_author_through_its_steps_into_force(ledger):
    """
    office
    anna submits PRO-01
    PRO-01 is submitted
    PRO-01 needs 1 reviewer
    eva approves PRO-01 as reviewer
    PRO-01 needs 1 head
    bob approves PRO-01 as head
    PRO-01 needs nothing
    anna publishes PRO-01
    PRO-01 is in-force revision 1
    """


# -- who may propose -------------------------------------------------------------------------------------------------


def test_only_holders_of_an_author_role_submit(ledger):
    """
    office
    eva submits PRO-01 -> author-role
    dan submits PRO-01
    """


def test_only_the_author_replaces_an_open_proposal(ledger):
    """
    office
    dan submits PRO-01
    anna submits PRO-01 -> proposal-of-another
    dan submits PRO-01 "second thoughts"
    """


def test_a_publisher_may_cancel_anybodys_proposal_and_others_may_not(ledger):
    """
    office
    dan submits PRO-01
    eva cancels PRO-01 -> not-author-or-publisher
    anna cancels PRO-01
    PRO-01 is cancelled
    anna cancels PRO-01 -> nothing-submitted
    anna submits PRO-01
    anna cancels PRO-01 [submission=4] -> approval-stale
    anna cancels PRO-01
    """


def test_a_withdrawal_and_a_revision_are_not_open_at_once(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna submits POL-01
    anna withdraws POL-01 -> proposal-open
    anna cancels POL-01
    anna withdraws POL-01
    anna submits POL-01 -> proposal-open
    """


def test_a_workflow_that_nobody_can_bring_to_its_end_is_not_begun(ledger):
    """
    office
    anna, bob, ivy change charter: add gul as author; add hal as head; revoke bob; add ivy as administrator
    gul submits PRO-01
    gul cancels PRO-01
    anna, ivy change charter: leave hal 2026-01-01
    gul submits PRO-01 -> workflow-unfulfillable
    """


def test_one_person_in_two_roles_does_not_fill_two_places(ledger):
    """
    office
    anna, bob change charter: set library.types.policy.workflow = [{reviewer: 1}, {head: 2}]; appoint eva as head
    anna submits POL-01
    anna cancels POL-01
    anna, bob change charter: leave dan 2026-01-01
    anna submits POL-01 -> workflow-unfulfillable
    """


def test_a_holder_without_a_usable_key_fills_no_place(ledger):
    """
    office
    bob suspends bob
    anna submits PRO-01 -> workflow-unfulfillable
    """


def test_the_authors_own_role_fills_no_place(ledger):
    """
    office
    anna, bob change charter: appoint dan as head; dismiss bob as head
    dan submits POL-01 -> workflow-unfulfillable
    anna submits POL-01
    """


def test_a_deputy_for_another_role_or_day_fills_no_place(ledger):
    """
    office
    anna, bob change charter: add gul as administrator; deputy eva for bob as administrator; deputy eva for bob as head to 2026-01-02
    bob suspends bob
    dan submits POL-01
    dan cancels POL-01
    day 2026-01-03
    dan submits POL-01 -> workflow-unfulfillable
    """


def test_a_deputy_fills_the_place_of_a_principal_whose_key_is_suspended(ledger):
    """
    office
    anna, bob change charter: add gul as administrator; deputy eva for bob as head
    bob suspends bob
    dan submits POL-01
    eva for bob by order-5 approves POL-01 as head
    anna publishes POL-01
    """


def test_a_deputy_who_is_the_author_fills_no_place(ledger):
    """
    office
    anna, bob change charter: add gul as administrator; deputy dan for bob as head
    bob suspends bob
    dan submits POL-01 -> workflow-unfulfillable
    anna submits POL-01
    """


# -- what a proposal says --------------------------------------------------------------------------------------------


def test_a_proposal_says_what_its_kind_asks_for_and_no_more(ledger):
    """
    office
    anna submits PRO-01 [owner=none] -> kind-fields
    anna submits PRO-01 [title=none] -> kind-fields
    anna submits PRO-01 [languages=none] -> kind-fields
    anna submits PRO-01 [tree=none] -> kind-fields
    anna submits PRO-01 [successor=PRO-02] -> kind-fields
    anna submits PRO-01 [expires=2026-05-01] -> kind-fields
    anna submits PRO-01 [records=FRM-01-2026-0001&FRM-01-2026-0002] -> kind-fields
    anna submits PRO-01 [corrects=1] -> corrects-wrong
    anna submits PRO-01 [effective=2026-01-01] -> effective-adoption
    """


def test_kinds_that_come_later_are_refused_by_name(ledger):
    """
    office
    anna submits PRO-01 [kind=amendment] -> kind-fields
    anna submits PRO-01 [kind=charter] -> kind-not-supported
    """


def test_type_and_number_go_together(ledger):
    """
    office
    anna submits PRO-01 [type=memo] -> type-unknown
    anna submits PRO-01 [type=none] -> type-unknown
    anna submits PRO-01 [type=policy] -> prefix-wrong
    anna submits ABC-01 -> prefix-wrong
    """


def test_a_longer_prefix_takes_a_number_over_and_the_document_keeps_its_type(ledger):
    """
    office
    anna submits PRO-X-01
    anna, bob change charter: set library.types.special = {title: S, prefix: PRO-X, folder: policies, authors: [author], publishers: [quality-manager], workflow: [{head: 1}]}
    anna submits PRO-X-01
    anna submits PRO-X-01 [heading.type=special] -> type-changed
    anna submits PRO-X-02 -> prefix-wrong
    """


def test_owner_and_languages_are_known_to_the_charter(ledger):
    """
    office
    anna submits PRO-01 [heading.owner=ghost] -> owner-unknown
    anna submits PRO-01 [languages=az&de] -> language-unknown
    anna submits PRO-01 [heading.owner=staff]
    """


def test_a_heading_must_say_what_the_entry_says(ledger):
    """
    office
    anna submits PRO-01 [owner=head] -> heading-differs
    anna submits PRO-01 [title=Other] -> heading-differs
    anna submits PRO-01 [languages=az&en] -> heading-differs
    anna submits PRO-01 [heading.id=PRO-02] -> heading-differs
    """


def test_a_text_must_be_readable(ledger):
    """
    office
    anna submits PRO-01 "![picture](nowhere.png)" -> text-invalid
    anna submits PRO-01 "![picture](https://example.org/a.png)" -> text-invalid
    anna submits PRO-01 "" -> text-invalid
    anna submits PRO-01 [heading.clauses=nonsense] -> text-invalid
    anna submits PRO-01 [heading.surprise=1] -> text-invalid
    """


def test_the_digest_is_the_contents_own(ledger):
    """
    office
    anna submits PRO-01 [content=zeros] -> content-digest
    """


def test_revisions_are_numbered_without_a_gap(ledger):
    """
    office
    anna submits POL-01 [revision=2] -> revision-number
    anna submits POL-01
    anna submits POL-01 [revision=2] -> revision-number
    bob approves POL-01
    anna publishes POL-01
    anna submits POL-01 [revision=1] -> revision-number
    anna submits POL-01 [revision=3] -> revision-number
    anna submits POL-01
    """


# -- bases -----------------------------------------------------------------------------------------------------------


def test_a_submission_names_what_it_replaces(ledger):
    """
    office
    anna submits POL-01 [base_publication=3] -> base-stale
    anna submits POL-01 [base_submission=3] -> base-stale
    A: anna submits POL-01
    anna submits POL-01 [base_submission=none] -> base-stale
    B: anna submits POL-01
    anna submits POL-01 [base_submission=@A] -> base-stale
    bob approves POL-01
    P: anna publishes POL-01
    anna submits POL-01 [base_publication=none] -> base-stale
    anna submits POL-01 [base_submission=@B] -> base-stale
    anna submits POL-01 [base_publication=@B] -> base-stale
    anna submits POL-01 [base_publication=@P]
    """


def test_a_revision_written_on_an_older_publication_is_refused(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    A: anna publishes POL-01
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna submits POL-01 [base_publication=@A] -> base-stale
    """


def test_a_withdrawal_names_the_content_that_it_ends(ledger):
    """
    office
    anna withdraws PRO-01 -> document-unknown
    anna submits POL-01
    anna cancels POL-01
    anna withdraws POL-01 -> document-unknown
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna withdraws POL-01 [content=zeros] -> approval-other-content
    anna withdraws POL-01 [revision=2] -> approval-other-content
    anna withdraws POL-01 [type=policy] -> kind-fields
    anna withdraws POL-01 [successor=POL-02]
    """


def test_what_is_withdrawn_does_not_come_back(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna withdraws POL-01
    anna publishes POL-01 -> quorum-missing
    bob approves POL-01
    anna publishes POL-01
    POL-01 is withdrawn
    revision 1 of POL-01 is withdrawn
    anna submits POL-01 -> document-withdrawn
    anna withdraws POL-01 -> document-withdrawn
    """


# -- decisions -------------------------------------------------------------------------------------------------------


def test_an_author_decides_neither_for_nor_against_themselves(ledger):
    """
    office
    dan submits PRO-01
    dan approves PRO-01 as reviewer -> author-approves
    dan rejects PRO-01 as reviewer -> author-approves
    """


def test_an_author_does_not_decide_with_a_second_key(ledger):
    """
    office
    anna, bob change charter: key dan dan2
    dan submits PRO-01
    dan with dan2 approves PRO-01 as reviewer -> author-approves
    """


def test_an_author_decides_neither_through_a_deputy_nor_as_one(ledger):
    """
    office
    anna, bob change charter: deputy eva for dan as reviewer; deputy dan for eva as reviewer
    dan submits PRO-01
    eva for dan by order-5 approves PRO-01 as reviewer -> author-approves
    dan for eva by order-5 approves PRO-01 as reviewer -> author-approves
    eva for dan by order-5 rejects PRO-01 as reviewer -> author-approves
    """


def test_one_decides_in_a_role_that_is_held_and_asked_for(ledger):
    """
    office
    anna submits PRO-01
    bob approves PRO-01 as reviewer -> role-not-held
    eva approves PRO-01 as head -> role-not-held
    bob approves PRO-01 as administrator -> role-not-asked
    bob rejects PRO-01 as administrator -> role-not-asked
    bob rejects PRO-01 as reviewer -> role-not-held
    """


def test_the_steps_come_in_their_order(ledger):
    """
    office
    anna submits PRO-01
    bob approves PRO-01 as head -> step-not-reached
    eva approves PRO-01 as reviewer
    dan approves PRO-01 as reviewer
    bob approves PRO-01 as head
    PRO-01 needs nothing
    """


def test_a_head_may_reject_before_the_review_is_done(ledger):
    """
    office
    anna submits PRO-01
    bob rejects PRO-01 as head
    PRO-01 is rejected
    """


def test_a_person_counts_once_whatever_roles_they_hold(ledger):
    """
    office
    anna, bob change charter: appoint eva as head
    anna submits PRO-01
    eva approves PRO-01 as reviewer
    eva approves PRO-01 as head -> approved-already
    anna publishes PRO-01 -> quorum-missing
    bob approves PRO-01
    anna publishes PRO-01
    """


def test_a_person_counts_once_whatever_keys_they_hold(ledger):
    """
    office
    anna, bob change charter: key eva eva2; set library.types.procedure.workflow = [{reviewer: 2}, {head: 1}]
    anna submits PRO-01
    eva approves PRO-01
    eva with eva2 approves PRO-01 -> approved-already
    PRO-01 needs 1 reviewer
    dan approves PRO-01
    PRO-01 needs 1 head
    """


def test_a_person_and_their_deputy_count_once_together(ledger):
    """
    office
    anna, bob change charter: deputy dan for eva as reviewer; set library.types.procedure.workflow = [{reviewer: 2}, {head: 1}]; add gul as reviewer
    anna submits PRO-01
    eva approves PRO-01
    dan for eva by order-5 approves PRO-01 as reviewer -> approved-already
    dan approves PRO-01
    PRO-01 needs 1 head
    """


def test_a_deputy_does_not_add_their_own_voice_to_the_one_they_lent(ledger):
    """
    office
    anna, bob change charter: deputy dan for eva as reviewer; set library.types.procedure.workflow = [{reviewer: 2}, {head: 1}]; add gul as reviewer
    anna submits PRO-01
    dan for eva by order-5 approves PRO-01 as reviewer
    dan approves PRO-01 as reviewer -> approved-already
    eva approves PRO-01 as reviewer -> approved-already
    gul approves PRO-01
    PRO-01 needs 1 head
    """


def test_a_deputy_states_the_order_and_is_named_for_the_role_and_the_day(ledger):
    """
    office
    anna, bob change charter: deputy eva for bob as head from 2026-02-01 to 2026-02-10
    anna submits POL-01
    eva for bob by order-5 approves POL-01 as head -> role-not-held
    day 2026-02-01
    eva for bob approves POL-01 as head -> deputy-without-basis
    eva for ghost by order-5 approves POL-01 as head -> person-unknown
    dan for bob by order-5 approves POL-01 as head -> role-not-held
    eva for bob by order-5 approves POL-01 as administrator -> role-not-held
    day 2026-02-11
    eva for bob by order-5 approves POL-01 as head -> role-not-held
    """


def test_a_deputy_acts_up_to_the_last_day(ledger):
    """
    office
    anna, bob change charter: deputy eva for bob as head from 2026-02-01 to 2026-02-10
    anna submits POL-01
    day 2026-02-10 23:00
    eva for bob by order-5 approves POL-01 as head
    anna publishes POL-01
    """


def test_a_deputy_of_somebody_who_left_acts_no_more(ledger):
    """
    office
    anna, bob change charter: add gul as administrator; deputy eva for bob as head; add hal as head; leave bob 2026-02-01
    anna submits POL-01
    day 2026-02-01
    eva for bob by order-5 approves POL-01 as head -> role-not-held
    hal approves POL-01
    """


def test_a_decision_is_bound_to_submission_revision_and_content(ledger):
    """
    office
    A: anna submits PRO-01 "one"
    eva approves PRO-01 [revision=2] -> approval-other-content
    eva approves PRO-01 [content=zeros] -> approval-other-content
    eva approves PRO-01 [submission=3] -> approval-stale
    eva rejects PRO-01 [content=zeros] -> approval-other-content
    anna submits PRO-01 "two"
    eva approves PRO-01 [submission=@A] -> approval-stale
    eva rejects PRO-01 [submission=@A] -> approval-stale
    anna publishes PRO-01 [submission=@A] -> approval-stale
    """


def test_nothing_is_decided_where_nothing_is_submitted(ledger):
    """
    office
    eva approves PRO-01 as reviewer -> document-unknown
    anna publishes PRO-01 -> document-unknown
    anna submits PRO-01
    anna cancels PRO-01
    eva approves PRO-01 -> nothing-submitted
    eva rejects PRO-01 -> nothing-submitted
    anna publishes PRO-01 -> nothing-submitted
    """


def test_submitting_anew_voids_the_approvals(ledger):
    """
    office
    anna submits PRO-01 "one"
    eva approves PRO-01
    anna submits PRO-01 "two"
    PRO-01 needs 1 reviewer
    bob approves PRO-01 as head -> step-not-reached
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    """


def test_submitting_the_same_text_anew_voids_the_approvals_too(ledger):
    """
    office
    anna submits PRO-01 "one"
    eva approves PRO-01
    anna submits PRO-01 "one"
    PRO-01 needs 1 reviewer
    """


def test_a_rejected_proposal_goes_on_only_by_being_submitted_anew(ledger):
    """
    office
    anna submits PRO-01
    eva approves PRO-01
    bob rejects PRO-01 as head
    PRO-01 is rejected
    bob approves PRO-01 as head -> proposal-rejected
    bob rejects PRO-01 as head -> proposal-rejected
    anna publishes PRO-01 -> proposal-rejected
    anna submits PRO-01 "better"
    PRO-01 is submitted
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    PRO-01 is in-force revision 1
    """


def test_a_rejected_proposal_may_be_cancelled(ledger):
    """
    office
    dan submits PRO-01
    bob rejects PRO-01 as head
    anna cancels PRO-01
    anna submits PRO-01
    """


# -- publication -----------------------------------------------------------------------------------------------------


def test_only_a_publisher_publishes_and_only_after_the_quorum(ledger):
    """
    office
    dan submits PRO-01
    anna publishes PRO-01 -> quorum-missing
    eva approves PRO-01
    anna publishes PRO-01 -> quorum-missing
    bob approves PRO-01
    dan publishes PRO-01 -> not-publisher
    bob publishes PRO-01 -> not-publisher
    anna publishes PRO-01
    """


def test_a_publisher_has_deputies_too(ledger):
    """
    office
    anna, bob change charter: deputy eva for anna as quality-manager
    dan submits POL-01
    bob approves POL-01
    eva for anna publishes POL-01 -> deputy-without-basis
    eva for anna by order-5 publishes POL-01
    """


def test_a_publication_is_bound_to_revision_and_content(ledger):
    """
    office
    dan submits POL-01
    bob approves POL-01
    anna publishes POL-01 [revision=2] -> approval-other-content
    anna publishes POL-01 [content=zeros] -> approval-other-content
    """


def test_a_legal_act_is_stated_whole(ledger):
    """
    office
    dan submits POL-01 [act_kind=emr] -> act-incomplete
    dan submits POL-01 [act_kind=emr, act_number=12-q, act_date=2026-01-01]
    bob approves POL-01
    anna publishes POL-01 [act_number=12-q] -> act-incomplete
    anna publishes POL-01 [act_date=2026-01-01, act_kind=emr] -> act-incomplete
    anna publishes POL-01 [act_date=2026-01-01, act_kind=emr, act_number=12-q]
    """


def test_the_workflow_is_the_one_in_force_when_it_is_published(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    POL-01 needs nothing
    anna, bob change charter: set library.types.policy.workflow = [{head: 1}, {reviewer: 1}]
    anna publishes POL-01 -> quorum-missing
    eva approves POL-01
    anna publishes POL-01
    """


def test_an_approval_counts_if_the_role_was_held_when_it_was_signed(ledger):
    """
    office
    anna submits PRO-01
    eva approves PRO-01
    anna, bob change charter: leave eva 2026-01-01; revoke eva
    bob approves PRO-01
    anna publishes PRO-01
    PRO-01 is in-force revision 1
    """


def test_readings_comments_reviews_and_copies_follow_a_publication(ledger):
    """
    office
    anna reads PRO-01 -> document-unknown
    A: anna submits POL-01
    eva comments POL-01
    eva comments POL-01 [submission=3] -> approval-stale
    eva comments POL-01 [publication=3] -> publication-unknown
    eva comments POL-01 [submission=none] -> publication-unknown
    bob approves POL-01
    P: anna publishes POL-01
    eva comments POL-01
    eva comments POL-01 [publication=@A] -> publication-unknown
    eva comments POL-01 [submission=@A, publication=none] -> nothing-submitted
    eva reads POL-01
    eva reads POL-01 [content=zeros] -> approval-other-content
    eva reads POL-01 [revision=2] -> publication-unknown
    eva reads POL-01 [publication=@A] -> publication-unknown
    eva trains eva&ghost on POL-01 -> person-unknown
    eva trains dan on POL-01 -> read-for-others
    eva trains eva&dan on POL-01 -> read-for-others
    eva trains eva&dan on POL-01 session FRM-01-2026-0001 -> record-unknown
    anna issues copy 2 of POL-01 -> copy-number
    eva issues copy 1 of POL-01 -> not-publisher
    anna issues copy 1 of POL-01 [revision=9] -> publication-unknown
    anna issues copy 1 of POL-01
    anna issues copy 1 of POL-01 -> copy-number
    anna issues copy 2 of POL-01
    anna returns copy 3 of POL-01 -> copy-number
    eva returns copy 1 of POL-01 -> not-publisher
    anna returns copy 1 of POL-01
    anna returns copy 1 of POL-01 -> copy-number
    anna attaches POL-01
    eva attaches POL-01 -> not-publisher
    anna attaches POL-01 [content=zeros] -> content-digest
    anna attaches POL-01 [revision=2] -> publication-unknown
    anna issues copy 3 of POL-01 [replaces=3] -> copy-number
    anna issues copy 3 of POL-01 [replaces=1]
    anna returns copy 3 of POL-01 [outcome=received]
    anna returns copy 3 of POL-01 [outcome=received] -> copy-number
    anna returns copy 3 of POL-01 [outcome=lost]
    """


def test_what_comes_in_force_may_be_read_before_and_what_no_longer_is_may_not(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    P: anna publishes POL-01 from 2026-03-01
    eva reads POL-01
    day 2026-03-01
    eva reads POL-01
    anna submits POL-01 "other words"
    bob approves POL-01
    anna publishes POL-01
    eva reads POL-01 [publication=@P, revision=1] -> approval-other-content
    eva reads POL-01
    anna submits POL-01 "a third time"
    bob approves POL-01
    anna publishes POL-01 from 2026-04-01
    dan reads POL-01
    """


def test_what_is_no_longer_in_force_is_not_read(ledger):
    """
    office
    anna submits POL-01 "the same"
    bob approves POL-01
    P: anna publishes POL-01
    anna submits POL-01 "the same"
    bob approves POL-01
    anna publishes POL-01
    eva reads POL-01 [publication=@P, revision=1] -> not-in-force
    """


def test_an_amendment_acts_until_its_day_and_then_what_it_amends_acts_again(ledger):
    """
    office
    anna submits POL-01
    anna submits POL-01 [kind=amendment, corrects=1, expires=2026-12-31] -> corrects-wrong
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    anna submits POL-01 [kind=amendment, corrects=1, expires=2026-12-31] -> amendment-base
    day 2026-02-01
    anna submits POL-01 [kind=amendment, corrects=2, expires=2026-12-31] -> corrects-wrong
    anna submits POL-01 [kind=amendment, corrects=1, expires=2026-01-31] -> amendment-expires
    anna submits POL-01 [expires=2026-12-31] -> kind-fields
    anna submits POL-01 [units=roads&parks] -> kind-fields
    anna submits POL-01 [extends=4] -> kind-fields
    anna submits POL-01 "for a time" [kind=amendment, corrects=1, expires=2026-03-10]
    bob approves POL-01
    anna publishes POL-01 from 2026-03-11 -> amendment-expires
    anna publishes POL-01 from 2026-03-01
    POL-01 on 2026-02-28 is in-force revision 1
    POL-01 on 2026-03-01 is in-force revision 2
    POL-01 on 2026-03-10 is in-force revision 2
    POL-01 on 2026-03-11 is in-force revision 1
    day 2026-03-02
    revision 1 of POL-01 is superseded
    anna submits POL-01 "a slip" [kind=editorial, corrects=1] -> amendment-acts
    anna submits POL-01 "again" [kind=amendment, corrects=1, expires=2026-04-10] -> amendment-base
    day 2026-03-11
    revision 2 of POL-01 is lapsed
    revision 1 of POL-01 is in-force
    anna submits POL-01 "again" [kind=amendment, corrects=1, expires=2026-04-10]
    bob approves POL-01
    anna publishes POL-01
    POL-01 is in-force revision 3
    anna submits POL-01 "taken up"
    bob approves POL-01
    anna publishes POL-01
    POL-01 is in-force revision 4
    day 2026-05-01
    POL-01 is in-force revision 4
    revision 3 of POL-01 is superseded
    """


def test_an_amendment_is_extended_once_and_only_while_it_acts(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    P: anna publishes POL-01
    anna submits POL-01 "for a time" [kind=amendment, corrects=1, extends=@P, expires=2026-03-10] -> amendment-base
    anna submits POL-01 "for a time" [kind=amendment, corrects=1, expires=2026-03-10]
    bob approves POL-01
    A: anna publishes POL-01
    anna submits POL-01 "longer" [kind=amendment, corrects=1, extends=@P, expires=2026-04-10] -> amendment-base
    anna submits POL-01 "longer" [kind=amendment, corrects=1, extends=@A, expires=2026-03-10] -> amendment-expires
    anna submits POL-01 "longer" [kind=amendment, corrects=1, extends=@A, expires=2026-04-10]
    bob approves POL-01
    B: anna publishes POL-01
    anna submits POL-01 "longest" [kind=amendment, corrects=1, extends=@B, expires=2026-05-10] -> amendment-extended
    POL-01 on 2026-04-10 is in-force revision 3
    POL-01 on 2026-04-11 is in-force revision 1
    day 2026-04-11
    anna submits POL-01 "late" [kind=amendment, corrects=1, extends=@B, expires=2026-06-10] -> amendment-base
    anna submits POL-01 "a slip" [kind=editorial, corrects=1] -> editorial-meaning
    """


def test_an_amendment_that_came_too_late_is_not_published(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna submits POL-01 "for a time" [kind=amendment, corrects=1, expires=2026-03-10]
    bob approves POL-01
    A: anna publishes POL-01
    anna submits POL-01 "longer" [kind=amendment, corrects=1, extends=@A, expires=2026-04-10]
    bob approves POL-01
    day 2026-03-11
    anna publishes POL-01 -> amendment-base
    """


def test_the_owner_reviews_what_is_in_force(ledger):
    """
    office
    anna submits POL-01 [heading.owner=head]
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    bob reviews POL-01 -> not-in-force
    day 2026-02-01
    anna reviews POL-01 -> not-owner
    bob reviews POL-01
    anna submits POL-01
    bob approves POL-01
    anna, bob change charter: deputy eva for anna as quality-manager
    A: anna publishes POL-01
    eva for anna by order-7 reviews POL-01
    eva for anna reviews POL-01 -> deputy-without-basis
    bob reviews POL-01 -> not-owner
    """


def test_a_review_says_what_it_found_on_a_day_that_has_come(ledger):
    """
    office
    anna submits POL-01 [heading.owner=head]
    bob approves POL-01
    anna publishes POL-01
    day 2026-02-01
    bob reviews POL-01 [checked=2026-02-02] -> review-checked
    bob reviews POL-01 [checked=2026-02-01, edition=Ed. 5]
    bob reviews POL-01 [verdict=change, edition=Ed. 6, checked=2026-01-31]
    POL-01 is in-force revision 1
    bob reviews POL-01 [verdict=withdraw]
    """


def test_a_document_from_outside_has_a_card_and_no_other_has(ledger):
    """
    office
    anna submits POL-01 [heading.external=card] -> text-invalid
    anna, bob change charter: set library.types.policy.external = yes
    anna submits POL-01 -> text-invalid
    anna submits POL-01 [heading.external=card:ghost] -> text-invalid
    anna submits POL-01 [heading.external=card:head]
    bob approves POL-01
    anna publishes POL-01
    POL-01 is in-force revision 1
    """


def test_an_event_of_the_charter_is_none_of_a_documents(ledger):
    """
    office
    anna suspends anna {subject=PRO-01, previous=none} -> document-unknown
    """
