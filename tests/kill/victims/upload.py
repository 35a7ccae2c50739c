"""``leyden serve`` while a client sends a file in parts, which goes on where its line broke."""

import re
import signal
import time
from collections import Counter
from hashlib import sha256
from typing import Any, Final

import httpx

from ingest.stop import Stop
from ingest.worker import Work, work
from schema.queue.lease import Wanted
from schema.queue.subject import KINDS
from schema.queue.worker import this_machine
from tests.ingest.working import small_export
from tests.kill.place import Failed, Killed, Place
from tests.kill.program import Program
from tests.kill.rows import job_ends
from tests.kill.victim import Victim

NAME: Final = "1.bdf.csv"
_STOPPED: Final = 130
_URL: Final = re.compile(r"http://[0-9.]+:\d+")


class Upload(Victim):
    """Takes what a client sends, which sends it once."""

    weight = 1
    goes_on = True

    def share(self, place: Place) -> None:
        """Write what is sent."""
        small_export(place.shared / NAME, 1)

    def work(self, place: Place) -> None:
        """Serve until the client has sent all; a worker reads it then."""
        service = place.begin("serve", "--port", "0", LEYDEN_SERVE_PROCESSES="0")
        while not (url := _URL.search(service.out)) and service.is_alive():
            time.sleep(0.01)
        try:
            if url:
                with httpx.Client(base_url=url[0], timeout=60) as client:
                    self._send(client, (place.shared / NAME).read_bytes(), place.notes)
        except httpx.TransportError:
            service.wait()
        self._end(service)
        wanted = Wanted(tuple(KINDS), this_machine())
        for each in work(place.settings, Work(wanted, 0, until_empty=True), Stop()):
            assert each.state == "done", each

    @staticmethod
    def _send(client: httpx.Client, content: bytes, notes: dict[str, str]) -> None:
        def asked(method: str, address: str, **sent: Any) -> Any:  # noqa: ANN401 # JSON
            response = client.request(method, address, **sent)
            if response.status_code >= 500:  # a disk that failed once: it says so, ask again
                assert "error" in response.json(), response.text
                response = client.request(method, address, **sent)
            if method == "PUT" and response.status_code == 409:  # some of it had come: go on there
                assert response.json()["offset"] is not None, response.text
                return response.json()
            assert response.is_success, response.text
            return response.json()

        if "key" not in notes:
            offer = {"files": [{"name": NAME}]}
            notes["key"] = asked("POST", "/upload", json=offer)["upload"]
        address = f"/upload/{notes['key']}"
        while True:
            there = asked("GET", address)
            files = there["files"]
            offset = files[0]["offset"] if files else 0
            if there["ended"] or (files and files[0]["complete"]):
                break
            query = f"offset={offset}&bytes={len(content)}&sha256={sha256(content).hexdigest()}"
            part = content[offset : offset + len(content) // 3 + 1]
            asked("PUT", f"{address}/{NAME}?{query}", content=part)
        if "job" not in notes:
            notes["job"] = asked("POST", f"{address}/end")["job"]

    @staticmethod
    def _end(service: Program) -> None:
        service.signal(signal.SIGINT)
        code = service.wait()
        if code < 0:
            raise Killed
        lines = service.err.splitlines()  # a record of its log, which is JSON, may hold one
        assert not any(each.startswith("Traceback") for each in lines), service.err
        if service.has_failed() and not _URL.search(service.out):  # it could not even begin
            raise Failed
        assert code == _STOPPED, f"serve ended with {code}: {service.err}"

    def rows(self, place: Place) -> Counter[str]:
        """Return what there is, and how jobs ended."""
        with place.warehouse() as warehouse:
            done = {each: n for each, n in job_ends(warehouse).items() if " done " in each}
        return super().rows(place) + Counter(done)


VICTIM = Upload()
