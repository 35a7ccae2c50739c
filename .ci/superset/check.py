# ruff: noqa: INP001 # a script
"""Hold Apache Superset against a published warehouse, by the requests its own pages make.

    check.py postgresql://user@host/database http://service

Registers the database, lists the tables of schema bi, charts two metrics and compares every number
with the Arrow answer of the service, imports dashboards/superset and asks for the data of its
charts.
"""

import io
import os
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

import pyarrow as pa
from superset.app import create_app

EXPORT: Final = Path(__file__).parents[2] / "dashboards" / "superset"
CHARTED: Final = {
    "discharge_capacity": "discharge_capacity_ah",
    "coulombic_efficiency": "coulombic_efficiency",
}


class Superset:
    """Its REST API, within this process."""

    def __init__(self, user: str, password: str) -> None:
        self._client = create_app().test_client()
        told = {"username": user, "password": password, "provider": "db"}
        token = self.ask("POST", "security/login", json=told)["access_token"]
        self._client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    def ask(self, method: str, path: str, **sent: Any) -> dict[str, Any]:  # noqa: ANN401 # whatever a request takes
        """Return an answer, or stop with what it says is wrong."""
        answer = self._client.open(f"/api/v1/{path}", method=method, **sent)
        if answer.status_code >= 300:
            sys.exit(f"{method} {path}: {answer.status_code} {answer.get_data(as_text=True)}")
        return dict(answer.get_json())

    def chart(self, dataset: int, query: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the rows of a chart."""
        context = {
            "datasource": {"id": dataset, "type": "table"},
            "queries": [{"row_limit": 50_000, **query}],
            "result_format": "json",
            "result_type": "full",
            "force": True,
        }
        result = self.ask("POST", "chart/data", json=context)["result"][0]
        return list(result["data"])


def average(column: str) -> dict[str, str]:
    """Return the measure of a column of which a chart shows one row a point."""
    return {"expressionType": "SQL", "sqlExpression": f"AVG({column})", "label": column}


def compare(superset: Superset, database: int, service: str, metric: str, column: str) -> int:
    """Chart a metric against the cycle, hold it against the service, return how many points."""
    table = {"database": database, "schema": "bi", "table_name": metric}
    dataset = superset.ask("POST", "dataset/", json=table)["id"]
    keys = ["test_id", "cycle_count"]
    query = {"columns": keys, "metrics": [average(column)], "orderby": []}
    charted = {
        (row["test_id"], row["cycle_count"]): row[column] for row in superset.chart(dataset, query)
    }
    with urlopen(f"{service}/arrow/metrics/{metric}") as answer:  # noqa: S310 # our own service
        rows = pa.ipc.open_stream(answer).read_all().select([*keys, column]).to_pylist()
    answered = {(row["test_id"], row["cycle_count"]): row[column] for row in rows}
    if not answered or charted != answered:
        sys.exit(f"{metric}: Superset charts other numbers than the service answers")
    return len(charted)


def export(uri: str) -> bytes:
    """Return the dashboard as Superset imports it, its database at another place."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as bundle:
        for path in sorted(EXPORT.rglob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            if path.parent.name == "databases":
                text = "\n".join(
                    f"sqlalchemy_uri: {uri}" if line.startswith("sqlalchemy_uri:") else line
                    for line in text.splitlines()
                )
            bundle.writestr(str(path.relative_to(EXPORT.parent)), text)
    return target.getvalue()


def queries(params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a chart asks for: once, or twice where it lays two kinds over each other."""
    for suffix in ("", "_b") if "metrics_b" in params else ("",):
        filters = [
            {"col": each["subject"], "op": each["operator"], "val": each["comparator"]}
            for each in params[f"adhoc_filters{suffix}"]
        ]
        columns = [params["x_axis"], *params[f"groupby{suffix}"]]
        metrics = params[f"metrics{suffix}"]
        yield {"columns": columns, "metrics": metrics, "filters": filters, "orderby": []}


def main(published: str, service: str) -> None:
    """Run every step and tell what was seen."""
    uri = published.replace("postgresql://", "postgresql+psycopg2://", 1)
    superset = Superset(os.environ["SUPERSET_USER"], os.environ["SUPERSET_PASSWORD"])
    sys.stdout.write(f"Apache Superset {version('apache-superset')}\n")

    told = {"database_name": "published", "sqlalchemy_uri": uri, "expose_in_sqllab": True}
    database = superset.ask("POST", "database/", json=told)["id"]
    listed = superset.ask("GET", f"database/{database}/tables/?q=(schema_name:bi)")
    sys.stdout.write(f"registered the database: {listed['count']} tables in schema bi\n")
    if not CHARTED.keys() <= {table["value"] for table in listed["result"]}:
        sys.exit("schema bi lacks a metric")

    for metric, column in CHARTED.items():
        count = compare(superset, database, service, metric, column)
        sys.stdout.write(f"charted {metric}: {count:,} points, each as the service answers\n")

    sent = {"formData": (io.BytesIO(export(uri)), "leyden.zip"), "overwrite": "true"}
    superset.ask("POST", "dashboard/import/", data=sent, content_type="multipart/form-data")
    dashboard = superset.ask("GET", "dashboard/leyden")["result"]
    charts = superset.ask("GET", "dashboard/leyden/charts")["result"]
    sys.stdout.write(f"imported the dashboard {dashboard['dashboard_title']!r}\n")
    for chart in charts:
        params = chart["form_data"]
        dataset = int(params["datasource"].partition("__")[0])
        counts = [len(superset.chart(dataset, query)) for query in queries(params)]
        if not all(counts):
            sys.exit(f"{chart['slice_name']}: no rows")
        rows = " and ".join(f"{count:,}" for count in counts)
        sys.stdout.write(f"  {chart['slice_name']} ({params['viz_type']}): {rows} rows\n")
    if len(charts) != len(list(EXPORT.glob("charts/*.yaml"))):
        sys.exit("the dashboard shows fewer charts than dashboards/superset has")


if __name__ == "__main__":
    main(*sys.argv[1:])
