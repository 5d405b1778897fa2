"""Records made from forms. Each docstring is a ledger (`ledgers.mini`)."""


def test_a_record_is_made_from_a_form_in_force(ledger):
    """
    office
    eva records FRM-01-2026-0001 from FRM-01 -> document-unknown
    anna submits FRM-01
    eva approves FRM-01
    eva records FRM-01-2026-0001 from FRM-01 -> publication-unknown
    anna publishes FRM-01 from 2026-02-01
    eva records FRM-01-2026-0001 from FRM-01 -> form-not-in-force
    day 2026-02-01
    eva records FRM-01-2026-0001 from FRM-01
    anna submits FRM-01
    eva approves FRM-01
    P: anna publishes FRM-01
    eva records FRM-01-2026-0002 from FRM-01 [form_revision=1] -> publication-unknown
    eva records FRM-01-2026-0002 from FRM-01 [form_revision=1, form_publication=6] -> form-not-in-force
    eva records FRM-01-2026-0002 from FRM-01
    """


def test_the_type_says_who_may_make_records(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: set library.types.form.recorders = [reviewer]
    bob records FRM-01-2026-0001 from FRM-01 -> recorder-role
    eva records FRM-01-2026-0001 from FRM-01
    dan trains eva&dan on FRM-01 session FRM-01-2026-0001 -> read-for-others
    eva trains eva&dan on FRM-01 session FRM-01-2026-0001
    anna trains dan on FRM-01 session FRM-01-2026-0001
    """


def test_records_are_numbered_by_form_and_year(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    eva records FRM-01-2026-0002 from FRM-01 -> record-number
    eva records FRM-02-2026-0001 from FRM-01 -> record-number
    eva records FRM-01-2026-0001 from FRM-01
    eva records FRM-01-2026-0001 from FRM-01 -> record-exists
    eva records FRM-01-2026-0002 from FRM-01 [content=zeros] -> content-digest
    eva records FRM-01-2026-0002 from FRM-01
    day 2027-01-01
    eva records FRM-01-2026-0003 from FRM-01 -> record-number
    eva records FRM-01-2027-0001 from FRM-01
    """


def test_those_whom_a_record_names_countersign_it_once(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    eva records FRM-01-2026-0001 from FRM-01 signers bob&ghost -> person-unknown
    bob countersigns FRM-01-2026-0001 -> record-unknown
    eva records FRM-01-2026-0001 from FRM-01 signers bob&dan
    anna countersigns FRM-01-2026-0001 -> not-a-signer
    bob countersigns FRM-01-2026-0001 [content=zeros] -> approval-other-content
    bob countersigns FRM-01-2026-0001
    bob countersigns FRM-01-2026-0001 -> not-a-signer
    anna for dan by order-5 countersigns FRM-01-2026-0001 -> deputy-without-basis
    dan countersigns FRM-01-2026-0001
    """


def test_a_deputy_countersigns_for_whom_the_record_names(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: deputy eva for bob as head
    eva records FRM-01-2026-0001 from FRM-01 signers bob
    eva for bob by order-5 countersigns FRM-01-2026-0001
    bob countersigns FRM-01-2026-0001 -> not-a-signer
    """


def test_a_record_closes_on_a_day_that_has_come(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    day 2026-12-01
    eva records FRM-01-2026-0001 from FRM-01 [closed=2026-12-02] -> record-closing
    eva records FRM-01-2026-0001 from FRM-01 [closed=2026-11-25]
    """


def test_a_correction_of_a_sealed_record_is_sealed(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    eva records FRM-01-2026-0001 from FRM-01 [sealed=zeros]
    eva amends FRM-01-2026-0001 -> record-sealed
    eva amends FRM-01-2026-0001 [sealed=zeros]
    eva records FRM-01-2026-0002 from FRM-01
    eva amends FRM-01-2026-0002 [sealed=zeros] -> record-sealed
    """


def test_an_entry_about_a_record_is_vouched_for_in_the_record(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna, bob change charter: key eva eva2
    R: eva records FRM-01-2026-0001 from FRM-01
    anna reaffirms @R of FRM-01 -> reaffirm-not-needed
    anna, bob change charter: revoke eva since @R
    unconfirmed: R
    dan reaffirms @R of FRM-01 -> not-administrator
    anna reaffirms 99 of FRM-01 -> entry-unknown
    anna reaffirms @R of FRM-01
    unconfirmed: nothing
    """


def test_a_record_is_amended_beside_itself_by_those_it_concerns(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    eva records FRM-01-2026-0001 from FRM-01 signers bob
    dan amends FRM-01-2026-0001 -> not-a-signer
    eva amends FRM-01-2026-0001 [amendment=2] -> record-number
    eva amends FRM-01-2026-0001 [content=zeros] -> content-digest
    eva amends FRM-01-2026-0001
    bob amends FRM-01-2026-0001
    anna amends FRM-01-2026-0001
    eva amends FRM-01-2026-0001 [amendment=3] -> record-number
    """


def test_a_publisher_holds_and_releases_a_record(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    eva records FRM-01-2026-0001 from FRM-01
    eva holds FRM-01-2026-0001 -> not-publisher
    anna releases FRM-01-2026-0001 -> record-not-held
    anna holds FRM-01-2026-0001
    anna holds FRM-01-2026-0001 -> record-held
    eva releases FRM-01-2026-0001 -> not-publisher
    anna releases FRM-01-2026-0001
    """


def test_a_record_belongs_to_its_form(ledger):
    """
    office
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    anna submits FRM-02
    eva approves FRM-02
    anna publishes FRM-02
    eva records FRM-01-2026-0001 from FRM-01
    anna holds FRM-01-2026-0001 of FRM-02 -> record-unknown
    anna holds FRM-01-2026-0001 of FRM-03 -> document-unknown
    """
