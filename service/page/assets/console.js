// GraphiQL on our own endpoint: the address carries the query, an answer is shown as tables and plots too.
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
const make = (name, textContent = "") => Object.assign(document.createElement(name), { textContent });
const leaf = (value) => Object(value) !== value;
const nested = (value) => !leaf(value) && !Array.isArray(value);
const flat = (row, before = "") => Object.entries(row).flatMap(([name, value]) =>
  nested(value) ? flat(value, `${before}${name}.`) : [[before + name, value]]);
const found = (value, path, tables) => {
  if (Array.isArray(value)) {
    if (value.length && value.every(nested)) {
      const rows = value.map((each) => Object.fromEntries(flat(each)));
      tables.push([path, [...new Set(rows.flatMap(Object.keys))], rows]);
      value.forEach((each, at) => Object.entries(each).forEach(([name, inner]) => Array.isArray(inner) && found(inner, `${path}[${at}].${name}`, tables)));
    }
  } else if (nested(value)) {
    const lists = Object.entries(value).filter(([, each]) => Array.isArray(each) && each.every(leaf));
    const length = lists.length && lists[0][1].length;
    if (length && lists.every(([, each]) => each.length === length)) {
      tables.push([path, lists.map(([name]) => name), Array.from({ length }, (_, at) => Object.fromEntries(lists.map(([name, each]) => [name, each[at]])))]);
    } else Object.entries(value).forEach(([name, each]) => found(each, path ? `${path}.${name}` : name, tables));
  }
  return tables;
};
const shown = (value) => value == null ? "–" : leaf(value) ? String(value) : JSON.stringify(value);
const MOST = 500;
const table = ([path, names, rows]) => {
  const made = make("table"), head = made.createTHead().insertRow(), body = made.createTBody();
  made.createCaption().textContent = `${path || "answer"}: ${rows.length} rows${rows.length > MOST ? `, the first ${MOST}` : ""}`;
  names.forEach((name) => head.append(Object.assign(make("th", name), { scope: "col" })));
  rows.slice(0, MOST).forEach((row) => { const line = body.insertRow(); names.forEach((name) => { line.insertCell().textContent = shown(row[name]); }); });
  return made;
};
const numeric = (values) => values.some((each) => each !== null) && values.every((each) => each === null || typeof each === "number");
const drawn = ([path, names, rows]) => {
  const numbers = names.filter((name) => numeric(rows.map((row) => row[name])));
  if (rows.length < 10 || numbers.length < 2) return null;
  const along = numbers.find((name) => /time|second|hour|count|frequency/i.test(name)) ?? numbers[0];
  const series = numbers.filter((name) => name !== along), box = make("figure"), choice = make("select");
  series.forEach((name) => choice.append(make("option", name)));
  choice.ariaLabel = `What of ${path} is drawn over ${along}`;
  const ordered = rows.filter((row) => row[along] !== null).sort((a, b) => a[along] - b[along]);
  let plot;
  const draw = () => {
    plot?.destroy();
    const x = { label: along }, y = { label: choice.value, stroke: "#0064a8", spanGaps: false };
    const values = (_, ticks) => ticks.map((each) => `${+each.toPrecision(4)}`);
    const axes = [x, { label: y.label, size: 80, values }], columns = [along, y.label].map((name) => ordered.map((row) => row[name]));
    plot = new uPlot({ width: 620, height: 240, scales: { x: { time: false } }, axes, series: [x, y] }, columns, box);
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
ReactDOM.createRoot(document.getElementById("console")).render(React.createElement(GraphiQL, {
  fetcher,
  query: given.get("query") ?? undefined,
  variables: given.get("variables") ?? undefined,
  defaultQuery: start,
  onEditQuery: keep("query"),
  onEditVariables: keep("variables"),
}));
