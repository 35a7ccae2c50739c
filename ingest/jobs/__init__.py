"""The kinds of jobs, one a file: each has ``do``, called with a task and the subject of its kind.

The subjects stand in schema/queue/subject.py, so that the service can ask for what it cannot do.
"""
