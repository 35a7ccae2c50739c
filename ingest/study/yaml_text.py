"""A study in YAML. Every value is text as it was written: `no` is a name, and 12:30 no number."""

from pathlib import Path
from typing import Any, Final

import yaml

from ingest.parse.yaml_bound import LOADER, bounded
from ingest.study.written import Way, Written
from schema.error import InvalidStudy, StudyFault
from schema.record.column import NO_TEXT

_NULL: Final = "tag:yaml.org,2002:null"


def read_yaml(path: Path) -> Written:
    """Read a study, whatever it says.

    Raises:
        InvalidStudy: when it is no YAML, or no mapping.
    """
    try:
        top = yaml.compose(bounded(path).decode("utf-8-sig"), Loader=LOADER)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        place = f"line {mark.line + 1}" if mark else None
        hint = "put quotes around text that begins with >, |, @, % or holds ': '"
        raise InvalidStudy.at(path, place, f"no YAML: {fault.problem}; {hint}") from fault
    except yaml.YAMLError as fault:
        raise InvalidStudy.at(path, None, f"no YAML: {' '.join(str(fault).split())}") from fault
    except UnicodeDecodeError as fault:
        raise InvalidStudy.at(path, None, f"no UTF-8 text: {fault.reason}") from fault
    except OSError as fault:
        raise InvalidStudy.at(path, None, f"cannot be read: {fault.strerror}") from fault
    if not isinstance(top, yaml.MappingNode):
        raise InvalidStudy.at(path, "line 1", "a study is a mapping that begins with `study: NAME`")
    walk = _Walk()
    content = walk.value(top, (), ())
    return Written(path, content, walk.places, tuple(walk.faults))


class _Walk:
    """The way down the nodes, noting the line of each, and what is amiss there."""

    def __init__(self) -> None:
        self.places: dict[Way, str] = {}
        self.faults: list[StudyFault] = []

    def value(self, node: yaml.Node, way: Way, above: tuple[int, ...]) -> Any:  # noqa: ANN401 — YAML holds anything
        """Return the value of a node: text, None, a list or a mapping."""
        self.places.setdefault(way, _line(node))
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag == _NULL else self._text(node, way)
        if id(node) in above:
            self._amiss(node, way, "it holds itself")
            return None
        above = (*above, id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each, (*way, n), above) for n, each in enumerate(node.value)]
        found: dict[str, Any] = {}
        for key, each in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._amiss(key, way, "a name is a text")
                continue
            name = self._text(key, way).strip()
            if name in found:
                self._amiss(key, way, f"{name!r} stands here twice")
                continue
            self.places[(*way, name)] = _line(key)
            found[name] = self.value(each, (*way, name), above)
        return found

    def _text(self, node: yaml.ScalarNode, way: Way) -> str:
        text = str(node.value)
        if "\0" in text:
            self._amiss(node, way, NO_TEXT)
        return text.replace("\0", "")

    def _amiss(self, node: yaml.Node, way: Way, reason: str) -> None:
        self.faults.append(StudyFault(_line(node), way, None, reason))


def _line(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"
