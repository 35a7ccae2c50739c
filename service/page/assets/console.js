"use strict";
// GraphiQL on our own endpoint. What is asked stands in the address, so a link carries the query;
// what is answered is told as tables too, and drawn where it is a series.
(() => {
  const address = new URL(location), given = address.searchParams;
  const keep = (name) => (text) => {
    if (text) given.set(name, text); else given.delete(name);
    history.replaceState(null, "", address);
  };
  const start = `# What is there to ask for? Press the book at the left, or Ctrl-Space here.
{
  tests(first: 10) {
    nodes { id name technique pointCount cell { name } }
    totalCount
  }
  metrics { name title grain }
}
`;
  const make = (name, text) => Object.assign(document.createElement(name), text === undefined ? {} : { textContent: text });
  const leaf = (value) => value === null || typeof value !== "object";
  // nested names become columns: cell.name
  const flat = (row, before = "") => Object.entries(row).flatMap(([name, value]) =>
    value && typeof value === "object" && !Array.isArray(value) ? flat(value, `${before}${name}.`) : [[before + name, value]]);
  const found = (value, path, tables) => {
    if (Array.isArray(value)) {
      if (value.length && value.every((each) => each && typeof each === "object" && !Array.isArray(each))) {
        const rows = value.map((each) => Object.fromEntries(flat(each)));
        tables.push([path, [...new Set(rows.flatMap(Object.keys))], rows]);
        value.forEach((each, at) => Object.entries(each).forEach(([name, inner]) => Array.isArray(inner) && found(inner, `${path}[${at}].${name}`, tables)));
      }
    } else if (value && typeof value === "object") {
      const lists = Object.entries(value).filter(([, each]) => Array.isArray(each) && each.every(leaf));
      const length = lists.length && lists[0][1].length;
      if (length && lists.every(([, each]) => each.length === length)) {
        tables.push([path, lists.map(([name]) => name), Array.from({ length }, (_, at) => Object.fromEntries(lists.map(([name, each]) => [name, each[at]])))]);
      } else Object.entries(value).forEach(([name, each]) => found(each, path ? `${path}.${name}` : name, tables));
    }
    return tables;
  };
  const told = (value) => value === null || value === undefined ? "–" : leaf(value) ? String(value) : JSON.stringify(value);
  const MOST = 500;
  const table = ([path, names, rows]) => {
    const made = make("table"), head = made.createTHead().insertRow(), body = made.createTBody();
    made.append(make("caption", `${path || "answer"}: ${rows.length} rows${rows.length > MOST ? `, the first ${MOST}` : ""}`));
    names.forEach((name) => head.append(Object.assign(make("th", name), { scope: "col" })));
    rows.slice(0, MOST).forEach((row) => { const line = body.insertRow(); names.forEach((name) => { line.insertCell().textContent = told(row[name]); }); });
    return made;
  };
  const numeric = (rows) => (name) => rows.some((row) => typeof row[name] === "number") && rows.every((row) => row[name] === null || typeof row[name] === "number");
  const drawn = ([path, names, rows]) => {
    const numbers = names.filter(numeric(rows));
    if (rows.length < 10 || numbers.length < 2) return null;
    const along = numbers.find((name) => /time|second|hour|count|frequency/i.test(name)) ?? numbers[0];
    const series = numbers.filter((name) => name !== along), box = make("figure"), choice = make("select");
    series.forEach((name) => choice.append(make("option", name)));
    choice.setAttribute("aria-label", `What of ${path} is drawn over ${along}`);
    const ordered = rows.filter((row) => row[along] !== null).sort((a, b) => a[along] - b[along]);
    let plot;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot({ width: 620, height: 240, scales: { x: { time: false } }, axes: [{ label: along }, { label: choice.value, size: 80, values: (_, ticks) => ticks.map((each) => String(Number(each.toPrecision(4)))) }],
        series: [{ label: along }, { label: choice.value, stroke: "#0064a8", spanGaps: false }] },
        [ordered.map((row) => row[along]), ordered.map((row) => row[choice.value])], box);
    };
    choice.addEventListener("change", draw);
    box.append(choice);
    queueMicrotask(draw);
    return box;
  };
  const fold = document.getElementById("tables"), place = fold.querySelector("div");
  const show = (answer) => {
    const tables = found(answer.data ?? {}, "", []);
    fold.hidden = !tables.length;
    place.replaceChildren(...tables.flatMap((each) => [drawn(each), table(each)]).filter(Boolean));
  };
  const ask = GraphiQL.createFetcher({ url: "/graphql", enableIncrementalDelivery: false });
  const fetcher = async (asked, options) => {
    const answer = await ask(asked, options);
    if (asked.operationName !== "IntrospectionQuery") show(answer);
    return answer;
  };
  const console_ = React.createElement(GraphiQL, {
    fetcher,
    query: given.get("query") ?? undefined,
    variables: given.get("variables") ?? undefined,
    defaultQuery: start,
    onEditQuery: keep("query"),
    onEditVariables: keep("variables"),
  });
  ReactDOM.createRoot(document.getElementById("console")).render(console_);
})();
