"""Retention of records and their disposal. Each docstring is a ledger (`ledgers.mini`)."""


def test_a_record_is_kept_to_the_end_of_its_last_day_and_goes_on_the_next(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, years: 5, authority: "List, 12"}]
    day 2026-03-10
    eva records FRM-01-2026-0001 from FRM-01
    day 2031-03-10 23:00
    anna disposes FRM-01 of FRM-01-2026-0001 -> retention-running
    day 2031-03-11 00:00
    anna disposes FRM-01 of FRM-01-2026-0001
    FRM-01 needs 1 reviewer
    anna destroys FRM-01 -> quorum-missing
    anna approves FRM-01 as reviewer -> author-approves
    anna destroys FRM-01 -> quorum-missing (forced)
    eva approves FRM-01
    anna publishes FRM-01 -> proposal-kind
    eva destroys FRM-01 -> not-publisher
    anna destroys FRM-01
    anna destroys FRM-01 -> nothing-submitted
    FRM-01 is in-force revision 1
    """
    gone = ledger.state.records["FRM-01-2026-0001"]
    assert gone.disposed.submission == 11
    assert gone.disposed.by.entry == gone.last == 14
    assert ledger.state.shelf.look(ledger.state.tree, ("records",)) is None


def test_what_was_disposed_of_takes_no_further_entry(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: FRM-01, years: 1, authority: "List, 12"}]
    eva records FRM-01-2026-0001 from FRM-01 signers bob
    eva records FRM-01-2026-0002 from FRM-01
    day 2027-06-01
    anna disposes FRM-01 of FRM-01-2026-0001
    eva approves FRM-01
    anna destroys FRM-01
    eva amends FRM-01-2026-0001 -> record-closed
    bob countersigns FRM-01-2026-0001 -> record-closed
    anna holds FRM-01-2026-0001 -> record-closed
    anna releases FRM-01-2026-0001 -> record-closed
    anna disposes FRM-01 of FRM-01-2026-0001 -> record-closed
    anna trains dan on FRM-01 session FRM-01-2026-0001 -> record-unknown
    anna disposes FRM-01 of FRM-01-2026-0002
    """


def test_the_folders_of_a_record_and_of_its_corrections_go_and_nothing_else(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]
    eva records FRM-01-2026-0001 from FRM-01
    eva records FRM-01-2026-0002 from FRM-01
    eva records FRM-01-2026-0003 from FRM-01
    eva amends FRM-01-2026-0001
    eva amends FRM-01-2026-0001
    day 2027-06-01
    anna disposes FRM-01 of FRM-01-2026-0001&FRM-01-2026-0002
    eva approves FRM-01
    anna destroys FRM-01 {tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904} -> undeclared-change
    anna destroys FRM-01
    """
    month = ledger.state.shelf.look(ledger.state.tree, ("records", "FRM-01", "2026", "01"))
    assert [item.name for item in ledger.state.shelf._lines(month)] == ["FRM-01-2026-0003"]


def test_a_hold_stops_a_disposal_before_it_is_proposed_and_before_it_is_done(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]
    eva records FRM-01-2026-0001 from FRM-01
    anna holds FRM-01-2026-0001
    day 2027-06-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> record-held
    anna releases FRM-01-2026-0001
    anna disposes FRM-01 of FRM-01-2026-0001
    eva approves FRM-01
    anna holds FRM-01-2026-0001
    anna destroys FRM-01 -> record-held
    anna releases FRM-01-2026-0001
    anna destroys FRM-01
    """


def test_a_correction_or_a_signature_begins_the_years_anew(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]
    day 2026-06-01
    eva records FRM-01-2026-0001 from FRM-01 [closed=2026-02-01]
    eva records FRM-01-2026-0002 from FRM-01 signers bob
    day 2027-02-02
    anna disposes FRM-01 of FRM-01-2026-0001
    eva approves FRM-01
    eva amends FRM-01-2026-0001
    anna destroys FRM-01 -> disposal-content
    anna cancels FRM-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> retention-running
    day 2027-06-02
    anna disposes FRM-01 of FRM-01-2026-0002
    eva approves FRM-01
    bob countersigns FRM-01-2026-0002
    anna destroys FRM-01 -> retention-running
    """


def test_a_leap_day_ends_with_its_february(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]
    day 2028-02-29
    eva records FRM-01-2028-0001 from FRM-01
    day 2029-02-28
    anna disposes FRM-01 of FRM-01-2028-0001 -> retention-running
    day 2029-03-01
    anna disposes FRM-01 of FRM-01-2028-0001
    """


def test_years_count_from_the_end_of_the_year_if_the_schedule_says_so(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, trigger: end-of-year, years: 1, authority: "List, 12"}]
    eva records FRM-01-2026-0001 from FRM-01
    day 2027-12-31
    anna disposes FRM-01 of FRM-01-2026-0001 -> retention-running
    day 2028-01-01
    anna disposes FRM-01 of FRM-01-2026-0001
    """


def test_years_count_from_the_withdrawal_of_the_procedure_that_a_record_names(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna, bob change charter: set library.retention = [{of: FRM-01, trigger: withdrawal, years: 1, authority: "List, 12"}]
    eva records FRM-01-2026-0001 from FRM-01 [procedure=POL-01]
    eva records FRM-01-2026-0002 from FRM-01
    day 2030-01-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> retention-not-begun
    anna withdraws POL-01
    bob approves POL-01
    anna publishes POL-01 from 2030-02-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> retention-not-begun
    day 2031-02-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> retention-running
    day 2031-02-02
    anna disposes FRM-01 of FRM-01-2026-0002 -> retention-not-begun
    anna disposes FRM-01 of FRM-01-2026-0001
    """


def test_records_of_a_withdrawn_form_can_be_disposed_of(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: FRM-01, trigger: withdrawal, years: 3, authority: "List, 12", action: archive}]
    eva records FRM-01-2026-0001 from FRM-01
    anna withdraws FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    FRM-01 is withdrawn
    day 2029-01-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> retention-running
    day 2029-01-02
    anna disposes FRM-01 of FRM-01-2026-0001
    eva approves FRM-01
    anna destroys FRM-01 -> disposal-receiver
    anna destroys FRM-01 [receiver=Archive]
    FRM-01 is withdrawn
    """


def test_years_count_from_an_event_whose_day_the_proposal_states(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, trigger: event, years: 1, authority: "List, 12"}]
    eva records FRM-01-2026-0001 from FRM-01
    day 2030-05-10
    anna disposes FRM-01 of FRM-01-2026-0001 -> disposal-event
    anna disposes FRM-01 of FRM-01-2026-0001 event 2030-05-11 -> disposal-event
    anna disposes FRM-01 of FRM-01-2026-0001 event 2029-05-10 -> retention-running
    anna disposes FRM-01 of FRM-01-2026-0001 event 2029-05-09
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]
    eva approves FRM-01
    anna destroys FRM-01 -> disposal-event
    """


def test_without_a_line_or_with_a_permanent_one_nothing_is_disposed_of(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    eva records FRM-01-2026-0001 from FRM-01
    day 2090-01-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> schedule-missing
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]
    anna disposes FRM-01 of FRM-01-2026-0001
    eva approves FRM-01
    anna, bob change charter: set library.retention = [{of: FRM-01, permanent: yes, authority: "List, 1"}, {of: form, years: 1, authority: "List, 12"}]
    anna destroys FRM-01 -> retention-permanent
    anna, bob change charter: set library.retention = []
    anna destroys FRM-01 -> schedule-missing
    anna, bob change charter: set library.retention = [{of: FRM-01, trigger: withdrawal, years: 1, authority: "List, 1"}]
    anna destroys FRM-01 -> retention-not-begun
    anna, bob change charter: set library.retention = [{of: FRM-01, permanent: yes, authority: "List, 1"}]
    anna cancels FRM-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> retention-permanent
    """


def test_a_proposal_names_records_of_its_form_each_once(ledger):
    """
    office
    anna disposes FRM-01 of FRM-01-2026-0001 -> document-unknown
    anna submits FRM-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> document-unknown
    eva approves FRM-01
    anna publishes FRM-01
    anna submits FRM-02
    eva approves FRM-02
    anna publishes FRM-02
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]
    eva records FRM-01-2026-0001 from FRM-01
    eva records FRM-01-2026-0002 from FRM-01
    eva records FRM-02-2026-0001 from FRM-02
    day 2028-01-01
    anna disposes FRM-01 of FRM-01-2026-0009 -> record-unknown
    anna disposes FRM-01 of FRM-02-2026-0001 -> record-unknown
    anna disposes FRM-01 of FRM-01-2026-0002&FRM-01-2026-0001 -> disposal-records
    anna disposes FRM-01 of FRM-01-2026-0001&FRM-01-2026-0001 -> message-field
    anna disposes FRM-01 of FRM-01-2026-0001 [records=none] -> disposal-records
    anna disposes FRM-01 of FRM-01-2026-0001 [content=zeros] -> disposal-content
    anna disposes FRM-01 of FRM-01-2026-0001 [revision=2] -> revision-number
    anna disposes FRM-01 of FRM-01-2026-0001 [expires=2029-01-01] -> kind-fields
    anna disposes FRM-01 of FRM-01-2026-0001 [type=form] -> kind-fields
    anna disposes FRM-01 of FRM-01-2026-0001 [act_kind=emr] -> act-incomplete
    anna disposes FRM-01 of FRM-01-2026-0001 [base_publication=none] -> base-stale
    eva disposes FRM-01 of FRM-01-2026-0001 -> author-role
    anna disposes FRM-01 of FRM-01-2026-0001
    dan disposes FRM-01 of FRM-01-2026-0002 -> proposal-of-another
    anna disposes FRM-01 of FRM-01-2026-0001&FRM-01-2026-0002
    eva approves FRM-01
    anna destroys FRM-01 [records=FRM-01-2026-0001&FRM-02-2026-0001] -> disposal-records
    anna destroys FRM-01 [content=zeros] -> approval-other-content
    anna destroys FRM-01 [submission=1] -> approval-stale
    anna destroys FRM-09 -> document-unknown
    anna destroys FRM-01
    """


def test_a_disposal_and_a_text_of_one_form_exclude_one_another(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]
    eva records FRM-01-2026-0001 from FRM-01
    day 2028-01-01
    anna submits FRM-01
    anna disposes FRM-01 of FRM-01-2026-0001 -> proposal-open
    anna destroys FRM-01 -> proposal-kind
    anna cancels FRM-01
    anna disposes FRM-01 of FRM-01-2026-0001
    anna submits FRM-01 -> proposal-open
    anna withdraws FRM-01 -> proposal-open
    FRM-01 is in-force revision 1
    eva rejects FRM-01
    anna destroys FRM-01 -> proposal-rejected
    anna submits FRM-01 -> proposal-open
    anna disposes FRM-01 of FRM-01-2026-0001
    eva approves FRM-01
    anna destroys FRM-01
    anna submits FRM-01
    """


def test_the_type_says_who_approves_a_disposal(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.types.form.disposal = {head: 1, reviewer: 2}; set library.retention = [{of: form, years: 1, authority: "List, 12"}]
    eva records FRM-01-2026-0001 from FRM-01
    day 2028-01-01
    dan disposes FRM-01 of FRM-01-2026-0001 -> workflow-unfulfillable
    anna disposes FRM-01 of FRM-01-2026-0001
    FRM-01 needs 1 head, 2 reviewer
    eva approves FRM-01 as reviewer
    dan approves FRM-01 as reviewer
    anna destroys FRM-01 -> quorum-missing
    bob approves FRM-01 as head
    anna destroys FRM-01
    """


def test_a_disposal_proposed_with_a_key_that_is_not_trusted_is_not_carried_out(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]; key dan dan2
    eva records FRM-01-2026-0001 from FRM-01
    day 2028-01-01
    P: dan disposes FRM-01 of FRM-01-2026-0001
    eva approves FRM-01
    anna, bob change charter: revoke dan since @P
    anna destroys FRM-01 -> submission-unconfirmed
    unconfirmed: P
    anna reaffirms @P of FRM-01
    anna destroys FRM-01
    """


def test_a_schedule_that_says_two_things_or_nothing_is_no_charter(ledger):
    """
    office
    anna proposes charter: set library.retention = [{of: form, authority: "List, 12"}] -> charter-invalid
    anna proposes charter: set library.retention = [{of: form, years: 5}] -> charter-invalid
    anna proposes charter: set library.retention = [{of: form, years: 5, permanent: yes, authority: L}] -> charter-invalid
    anna proposes charter: set library.retention = [{of: form, years: 0, authority: L}] -> charter-invalid
    anna proposes charter: set library.retention = [{of: form, years: 501, authority: L}] -> charter-invalid
    anna proposes charter: set library.retention = [{of: memo, years: 5, authority: L}] -> charter-invalid
    anna proposes charter: set library.retention = [{of: ABC-01, years: 5, authority: L}] -> charter-invalid
    anna proposes charter: set library.retention = [{of: form, years: 5, authority: L, trigger: never}] -> charter-invalid
    anna proposes charter: set library.retention = [{of: form, years: 5, authority: L, action: burn}] -> charter-invalid
    anna proposes charter: set library.retention = [{of: form, years: 5, authority: L}, {of: form, years: 6, authority: L}] -> charter-invalid
    anna proposes charter: set library.attachment-limit-mb = 101 -> charter-invalid
    anna proposes charter: set people.people.anna.sealing-key = age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqb -> charter-invalid
    anna proposes charter: set people.people.anna.sealing-key = age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq
    anna proposes charter: set library.attachment-limit-mb = 100; set library.retention = [{of: form, years: 500, authority: L}, {of: FRM-01, permanent: yes, authority: L}]
    """


def test_a_disposal_done_with_a_key_that_is_not_trusted_is_vouched_for_in_the_form(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.retention = [{of: form, years: 1, authority: "List, 12"}]; key anna anna2
    eva records FRM-01-2026-0001 from FRM-01
    day 2028-01-01
    anna disposes FRM-01 of FRM-01-2026-0001
    eva approves FRM-01
    D: anna with anna2 destroys FRM-01
    anna, bob change charter: revoke anna2 since @D
    unconfirmed: D
    bob reaffirms @D of FRM-01
    unconfirmed: nothing
    """
