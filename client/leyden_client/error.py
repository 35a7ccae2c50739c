"""Every error of the client.

LeydenError
├── Refused           the service declined: its sentence, its code, what it knows instead
├── InvalidAddress    an address that is none of a service
├── Unreachable       nothing answers there
├── TimedOut          no answer in time
├── BrokenOff         an answer that did not come to its end
├── OtherInterface    a service older or newer than this client
├── NotInstalled      a library that is optional, and not there
└── Unsuitable        rows that cannot become what they were asked to become
"""

from collections.abc import Sequence


class LeydenError(Exception):
    """Anything that goes wrong on purpose.

    Attributes:
        code: what a program tells it by, such as UNKNOWN_NAME.
    """

    def __init__(self, sentence: str, code: str) -> None:
        self.code = code
        super().__init__(sentence)


class Refused(LeydenError):
    """The service declined.

    Attributes:
        status: of HTTP.
        known: what there is instead, where the service says so.
        data: what a GraphQL answer still holds, None where it holds nothing.
    """

    def __init__(
        self,
        sentence: str,
        code: str,
        status: int,
        known: Sequence[str] = (),
        data: object = None,
    ) -> None:
        self.status, self.known, self.data = status, tuple(known), data
        super().__init__(sentence, code)


class InvalidAddress(LeydenError):
    """An address that is none of a service."""

    def __init__(self, url: str) -> None:
        self.url = url
        advice = "an address of a service is like http://127.0.0.1:8000"
        super().__init__(f"{url!r} cannot be asked: {advice}", "INVALID_ADDRESS")


class Unreachable(LeydenError):
    """Nothing answers at an address."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        advice = "start a service with `leyden serve`, or a trial one with `leyden demo`"
        super().__init__(f"nothing answers at {url} ({reason}): {advice}", "UNREACHABLE")


class TimedOut(LeydenError):
    """No answer in time."""

    def __init__(self, url: str, seconds: float) -> None:
        self.url, self.seconds = url, seconds
        advice = "ask for fewer tests or a narrower window, or connect(url, timeout_second=…)"
        super().__init__(f"{url} was silent for {seconds:g} s: {advice}", "TIMED_OUT")


class BrokenOff(LeydenError):
    """An answer that did not come to its end; nothing of it is given."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        advice = "ask again, for fewer tests or a narrower window"
        super().__init__(f"the answer of {url} broke off ({reason}): {advice}", "BROKEN_OFF")


class OtherInterface(LeydenError):
    """A service that is older or newer than this client."""

    def __init__(self, url: str, version: str | None, theirs: int | None, ours: int) -> None:
        self.url, self.version, self.theirs, self.ours = url, version, theirs, ours
        if theirs is None:
            reason = "tells no interface: it is older than this client, or no Leyden; update it"
        elif theirs < ours:
            reason = f"is older than this client (Leyden {version}): update the service"
        else:
            reason = f"is newer than this client (Leyden {version}): update leyden-client"
        super().__init__(f"the service at {url} {reason}", "OTHER_INTERFACE")


class NotInstalled(LeydenError):
    """A library that is optional, and not there."""

    def __init__(self, library: str) -> None:
        self.library = library
        super().__init__(
            f"{library} is not installed: pip install 'leyden-client[{library}]'", "NOT_INSTALLED"
        )


class Unsuitable(LeydenError):
    """Rows that cannot become what they were asked to become."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "UNSUITABLE")


class LeftOut(UserWarning):
    """Rows that were left out, and why."""
