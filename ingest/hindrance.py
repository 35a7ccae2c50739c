"""What keeps work from being done: by whose fault, and in what words."""

from errno import EACCES, EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, EPERM
from typing import Final

from sqlalchemy.exc import DBAPIError

from schema.error import CatalogLocked, LakeUnreachable, LakeUnwritable, LeydenError

_OF_THE_FILE: Final = (ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG, EINVAL)
_PASSING: Final = (LakeUnwritable, LakeUnreachable, CatalogLocked, DBAPIError, MemoryError)


def may_pass(fault: Exception) -> bool:
    """Return whether the same may be done later: a disk is full, or another has the catalog."""
    if isinstance(fault, OSError):
        return fault.errno not in _OF_THE_FILE
    return isinstance(fault, _PASSING)


def reason(fault: Exception) -> str:
    """Return what is said of a fault."""
    match fault:
        case LeydenError():
            return str(fault)
        case OSError():
            return f"cannot be read: {fault.strerror or fault}"
        case DBAPIError():
            return f"the catalog: {fault.orig}"
        case MemoryError():
            return "there is not enough memory for it"
    return f"a fault of Leyden, please report it: {type(fault).__name__}: {fault}"
