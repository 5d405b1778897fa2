"""When things act: effective days, what is in force, corrections, days and offsets. Each docstring is a ledger."""


def test_a_publication_acts_from_the_start_of_its_day(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    day 2026-01-31 23:00
    POL-01 is pending
    revision 1 of POL-01 is pending
    day 2026-02-01 00:00
    POL-01 is in-force revision 1
    """


def test_the_day_of_publication_is_the_earliest(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2025-12-31 -> effective-past
    anna publishes POL-01 from 2026-01-01
    POL-01 is in-force revision 1
    """


def test_an_effective_day_that_passed_before_publication_is_refused(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    day 2026-03-01
    anna publishes POL-01 from 2026-02-01 -> effective-past
    """


def test_an_adopted_text_is_in_force_from_its_publication_with_its_own_past_date(ledger):
    """
    office
    anna submits adoption POL-01 revision 4 from 2019-05-01
    anna publishes POL-01 from 2019-05-01 -> quorum-missing
    bob approves POL-01
    anna publishes POL-01 from 2019-05-02 -> effective-adoption
    anna publishes POL-01 -> effective-adoption
    anna publishes POL-01 from 2019-05-01
    POL-01 is in-force revision 4
    POL-01 on 2025-12-31 is unknown
    anna submits POL-01 [revision=2] -> revision-number
    anna submits POL-01
    """


def test_an_adoption_is_of_the_past_and_of_what_does_not_exist_yet(ledger):
    """
    office
    anna submits adoption POL-01 revision 4 from 2026-01-02 -> effective-adoption
    anna submits adoption POL-01 revision 4 from 2019-05-01 [effective=none] -> effective-adoption
    anna submits adoption POL-01 revision 4 from 2026-01-01
    bob approves POL-01
    anna publishes POL-01 from 2026-01-01
    anna submits adoption POL-01 revision 5 from 2019-05-01 -> document-exists
    """


def test_a_day_before_1800_cannot_stand_in_an_entry(ledger):
    """
    office
    anna submits adoption POL-01 revision 1 from 1799-12-31 -> message-field
    anna submits adoption POL-01 revision 1 from 1800-01-01
    """


def test_a_new_revision_supersedes_the_old_one_on_its_day(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    POL-01 is in-force revision 1
    day 2026-02-01
    POL-01 is in-force revision 2
    revision 1 of POL-01 is superseded
    POL-01 on 2026-01-31 is in-force revision 1
    """


def test_publishing_a_higher_revision_ends_a_lower_one_that_has_not_begun(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    day 2026-01-10
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-03-01
    revision 2 of POL-01 is cancelled
    revision 3 of POL-01 is pending
    day 2026-02-15
    POL-01 is in-force revision 1
    day 2026-03-01
    POL-01 is in-force revision 3
    revision 2 of POL-01 is cancelled
    POL-01 on 2026-01-05 is in-force revision 1
    """


def test_a_higher_revision_may_act_before_a_pending_one(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-03-01
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    day 2026-03-02
    POL-01 is in-force revision 2
    revision 1 of POL-01 is cancelled
    """


def test_a_pending_revision_is_rescheduled_to_another_future_day(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    P: anna publishes POL-01 from 2026-03-01
    bob reschedules POL-01 to 2026-04-01 -> not-publisher
    anna reschedules POL-01 to 2026-01-01 -> effective-past
    anna reschedules POL-01 to 2025-01-01 -> effective-past
    anna reschedules POL-01 to 2026-04-01 [revision=2] -> publication-unknown
    anna reschedules POL-01 to 2026-04-01 [publication=3] -> publication-unknown
    anna reschedules POL-01 to 2026-04-01
    day 2026-03-15
    POL-01 is pending
    anna reschedules POL-01 to 2026-03-16
    day 2026-03-16
    POL-01 is in-force revision 1
    anna reschedules POL-01 to 2026-05-01 -> not-pending
    """


def test_what_was_ended_is_not_rescheduled(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    P: anna publishes POL-01 from 2026-03-01
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    anna reschedules POL-01 to 2026-05-01 [publication=@P, revision=1] -> not-pending
    """


def test_nothing_is_rescheduled_where_nothing_is_published(ledger):
    """
    office
    anna reschedules POL-01 to 2026-05-01 -> document-unknown
    anna submits POL-01
    anna reschedules POL-01 to 2026-05-01 -> publication-unknown
    """


def test_a_withdrawal_acts_from_its_day(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna withdraws POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    POL-01 is in-force revision 1
    anna reviews POL-01 [revision=1, publication=7] -> publication-unknown
    day 2026-02-01
    POL-01 is withdrawn
    POL-01 on 2026-01-31 is in-force revision 1
    """


def test_a_withdrawal_ends_a_pending_revision_too(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    anna withdraws POL-01
    bob approves POL-01
    anna publishes POL-01
    POL-01 is withdrawn
    day 2026-03-01
    POL-01 is withdrawn
    """


def test_what_is_withdrawn_is_not_read(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01
    anna withdraws POL-01
    bob approves POL-01
    anna publishes POL-01
    eva reads POL-01 -> approval-other-content
    """


# -- the past --------------------------------------------------------------------------------------------------------


def test_the_past_is_told_without_what_came_later(ledger):
    """
    office
    day 2026-01-05
    anna submits POL-01
    day 2026-01-10
    bob rejects POL-01
    POL-01 on 2026-01-04 is unknown
    POL-01 on 2026-01-06 is submitted
    POL-01 on 2026-01-10 is rejected
    """


def test_a_document_was_submitted_on_the_days_before_it_was_published(ledger):
    """
    office
    day 2026-01-05
    anna submits POL-01
    day 2026-01-10
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    POL-01 on 2026-01-06 is submitted
    POL-01 on 2026-01-10 is pending
    POL-01 on 2026-02-01 is in-force revision 1
    """


def test_a_decision_taken_later_does_not_change_what_was_pending(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-03-01
    day 2026-01-10
    anna submits POL-01
    bob approves POL-01
    anna publishes POL-01 from 2026-02-01
    POL-01 on 2026-01-05 is pending
    day 2026-03-10
    POL-01 on 2026-02-15 is in-force revision 2
    """


# -- editorial corrections -------------------------------------------------------------------------------------------


def test_an_editorial_correction_needs_one_step_and_takes_the_next_number(ledger):
    """
    office
    anna submits PRO-01 "Sənədlər saxlanılır."
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    anna submits editorial PRO-01 "Sənədlər saxlanilır."
    PRO-01 needs 1 reviewer
    eva approves PRO-01
    anna publishes PRO-01
    PRO-01 is in-force revision 2
    """


def test_an_editorial_correction_names_the_revision_that_it_corrects(ledger):
    """
    office
    anna submits editorial PRO-01 -> corrects-wrong
    anna submits editorial PRO-01 [corrects=1] -> corrects-wrong
    anna submits PRO-01 "Sənədlər saxlanılır."
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    anna submits editorial PRO-01 "Sənəd saxlanılır." [corrects=2] -> corrects-wrong
    anna submits editorial PRO-01 "Sənəd saxlanılır." [corrects=none] -> corrects-wrong
    anna submits PRO-01 "Sənəd saxlanılır." [corrects=1] -> corrects-wrong
    """


def test_an_editorial_correction_touches_no_number_date_or_word_that_obliges(ledger):
    """
    office
    anna submits PRO-01 "Sənədlər 5 il saxlanmalıdır." "Documents shall be kept for 5 years by the office."
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    anna submits editorial PRO-01 "Sənədlər 6 il saxlanmalıdır." "Documents shall be kept for 5 years by the office." -> editorial-meaning
    anna submits editorial PRO-01 "Sənədlər 5 il saxlanıla bilər." "Documents shall be kept for 5 years by the office." -> editorial-meaning
    anna submits editorial PRO-01 "Sənədlər 5 il saxlanmamalıdır." "Documents shall be kept for 5 years by the office." -> editorial-meaning
    anna submits editorial PRO-01 "Sənədlər 5 il saxlanmalıdır." "Documents should be kept for 5 years by the office." -> editorial-meaning
    anna submits editorial PRO-01 "Sənədlər 5 il saxlanmalıdır." "Documents shall not be kept for 5 years by the office." -> editorial-meaning
    anna submits editorial PRO-01 "Sənədlər 5 il saxlanmalıdır." "Documents shall be kept for 2026-05-01 by the office." -> editorial-meaning
    anna submits editorial PRO-01 "Sənədlər 5 il saxlanmalıdır." -> editorial-meaning
    anna submits editorial PRO-01 "Sənədlər 5 il saxlanmalıdır." "Records shall be kept for 5 years by the office."
    """


def test_an_editorial_correction_of_a_pending_revision_acts_no_earlier(ledger):
    """
    office
    anna submits PRO-01 "Sənədlər saxlanılır."
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01 from 2026-03-01
    anna submits editorial PRO-01 "Sənəd saxlanılır."
    eva approves PRO-01
    anna publishes PRO-01 -> effective-before-corrected
    anna publishes PRO-01 from 2026-02-28 -> effective-before-corrected
    anna publishes PRO-01 from 2026-03-01
    revision 1 of PRO-01 is cancelled
    day 2026-03-01
    PRO-01 is in-force revision 2
    """


# -- clocks ----------------------------------------------------------------------------------------------------------


def test_time_does_not_run_backwards(ledger):
    """
    office
    eva comments PRO-01 {at=1767254639} -> time-before-parent
    anna submits POL-01 {at=1767254640}
    eva comments POL-01 {at=1767254639} -> time-before-parent
    anna cancels POL-01 {at=1767254640}
    """


def test_an_entry_is_dated_in_an_offset_that_the_charter_allows(ledger):
    """
    office
    anna submits POL-01 {offset=+0000} -> offset-not-allowed
    anna submits POL-01 {offset=-0400} -> offset-not-allowed
    anna submits POL-01 {offset=+0300}
    anna, bob change charter: set library.offsets = ["+03:00"]
    eva comments POL-01 -> offset-not-allowed
    eva comments POL-01 {offset=+0300}
    """


def test_the_day_is_the_entrys_own(ledger):
    """
    office
    anna submits POL-01
    bob approves POL-01
    day 2026-02-01 00:00
    anna publishes POL-01 from 2026-01-31 -> effective-past
    anna publishes POL-01 from 2026-01-31 {offset=+0300}
    """


# -- what is refused or forced changes nothing -----------------------------------------------------------------------


def test_an_unlawful_entry_that_got_in_stays_visible_and_changes_nothing(ledger):
    """
    office
    anna submits POL-01
    A: anna approves POL-01 as head -> author-approves (forced)
    POL-01 needs 1 head
    anna publishes POL-01 -> quorum-missing
    bob approves POL-01
    anna publishes POL-01
    POL-01 is in-force revision 1
    """


def test_a_publication_without_quorum_that_got_in_puts_nothing_in_force(ledger):
    """
    office
    anna submits POL-01
    anna publishes POL-01 -> quorum-missing (forced)
    POL-01 is submitted
    bob approves POL-01
    anna publishes POL-01
    POL-01 is in-force revision 1
    """


def test_an_entry_from_the_future_that_got_in_does_not_stop_the_clock(ledger):
    """
    office
    eva submits POL-01 {at=4000000000} -> author-role (forced)
    anna submits POL-01
    """


def test_an_entry_behind_an_unlawful_one_names_the_last_lawful_one(ledger):
    """
    office
    S: anna submits POL-01
    V: anna approves POL-01 as head -> author-approves (forced)
    bob approves POL-01 {previous=@V} -> previous-wrong
    bob approves POL-01 {previous=@S}
    """
