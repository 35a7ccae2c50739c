"""Who stands beside ours, and where they are."""

from typing import Final

from benchmarks.peer_answer import Peer

REFERENCE: Final = "reference"
"""An independent implementation of our own rules, of which only a table is there."""
OF_CYCLES: Final = (
    Peer("cellpy", "benchmarks.peer_cellpy", "cellpy"),
    Peer("ionworksdata", "benchmarks.peer_ionworksdata", "ionworks"),
    Peer("PyProBE-Data", "benchmarks.peer_pyprobe", "pyprobe"),
    Peer("NewareNDA", "benchmarks.peer_newarenda", "newarenda"),
)
OF_SWEEPS: Final = (
    Peer("impedance", "benchmarks.peer_impedance", "impedance"),
    Peer("pyimpspec", "benchmarks.peer_pyimpspec", "pyimpspec"),
    Peer("zahner_analysis", "benchmarks.peer_zahner", "zahner"),
)
NAMES: Final = (REFERENCE, *(peer.name for peer in (*OF_CYCLES, *OF_SWEEPS)))
"""In the order of the page."""
