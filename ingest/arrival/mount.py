"""What kind of file system a folder lies on: network shares tell nobody what others write there."""

import re
from pathlib import Path
from typing import Final

_MOUNTS: Final = Path("/proc/mounts")
_SHARES: Final = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "beegfs", "gpfs"),
    *("virtiofs", "vboxsf", "prl_fs", "ncpfs", "davfs", "ocfs2", "gfs2"),
}
_IN_USER_SPACE: Final = "fuse."
"""sshfs, rclone, gluster …: whatever it is, what comes from elsewhere is not notified."""


def is_share(folder: Path, mounts: str | None = None) -> bool:
    """Return whether others may write to a folder without this system noticing."""
    kind = file_system(folder, mounts)
    return kind is not None and (kind in _SHARES or kind.startswith(_IN_USER_SPACE))


def file_system(folder: Path, mounts: str | None = None) -> str | None:
    """Return the kind of file system a folder lies on, None where the system does not say.

    Args:
        folder: which is looked for where it really is.
        mounts: what is mounted, as /proc/mounts says it, and by default what it says now.
    """
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return None
    really, kind, depth = folder.resolve(), None, 0
    for line in mounts.splitlines():
        _, escaped, of_mount, *_ = line.split(" ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), escaped))
        # what is mounted later at the same point hides what was there
        if really.is_relative_to(point) and len(point.parts) >= depth:
            kind, depth = of_mount, len(point.parts)
    return kind
