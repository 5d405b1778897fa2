"""Use cases: what people do with a library, one method a verb; and the only clock."""
