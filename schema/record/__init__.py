"""The one way into the catalog: what a record may say, whoever says it.

A study, a mutation and a page write the same records by these rooms. What is said of a record is a
mapping by column, and by ``substance``, ``layers``, ``inputs`` … where it is of other records by
their names. What is not in it stays as it is; None takes away.
"""
