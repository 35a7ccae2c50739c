"""The process of a ``leyden worker`` that does its jobs: the worker lives and starts another."""

from tests.kill.victims.worker import Worker


class WorkerProcess(Worker):
    """Does three jobs in the process that is killed."""

    promise = ""
    is_inner = True


VICTIM = WorkerProcess()
