"""Work asked for, and leased to workers on any number of machines; nothing here is a snapshot.

A job is done once: whoever ends it must have its lease, in the transaction that commits what came
of it. A worker that dies costs its lease alone, which lapses. What only says who works on what is
not flushed to disk: after a power cut it is a job that waits again.
"""
