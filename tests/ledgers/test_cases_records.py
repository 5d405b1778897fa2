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
    eva trains eva&dan on FRM-01 session FRM-01-2026-0001
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
    dan countersigns FRM-01-2026-0001
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
    anna releases FRM-01-2026-0001 -> record-closed
    anna holds FRM-01-2026-0001
    anna holds FRM-01-2026-0001 -> record-closed
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
