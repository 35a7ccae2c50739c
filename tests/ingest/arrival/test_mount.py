"""Network shares are found out from what is mounted."""

from pathlib import Path
from typing import Final

import pytest

from ingest.arrival.mount import file_system, is_share

MOUNTS: Final = """\
/dev/sda1 / ext4 rw 0 0
server:/lab /lab nfs4 rw 0 0
//server/cycler /mnt/my\\040cycler cifs rw 0 0
me@host:/ /mnt/ssh fuse.sshfs rw 0 0
/dev/sdb1 /mnt/disk fuseblk rw 0 0
tmpfs /lab/local tmpfs rw 0 0
C: /mnt/c 9p rw 0 0
/dev/sda2 /hidden ext4 rw 0 0
server:/b /hidden nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind", "shared"),
    [
        ("/data", "ext4", False),
        ("/lab/cycler/may", "nfs4", True),
        ("/lab/local/x", "tmpfs", False),
        ("/mnt/my cycler/x", "cifs", True),
        ("/mnt/ssh", "fuse.sshfs", True),
        ("/mnt/disk/x", "fuseblk", False),
        ("/mnt/c/data", "9p", True),
        ("/labs", "ext4", False),
        ("/hidden/x", "nfs", True),
    ],
)
def test_a_folder_lies_on_what_is_mounted_nearest_and_last(
    folder: str, kind: str, shared: bool
) -> None:
    assert file_system(Path(folder), MOUNTS) == kind
    assert is_share(Path(folder), MOUNTS) == shared


def test_this_system_says_what_its_folders_lie_on(tmp_path: Path) -> None:
    assert file_system(tmp_path) is not None
    assert file_system(Path("/proc")) == "proc"
    assert not is_share(Path("/proc"))
