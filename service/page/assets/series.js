// A panel a quantity on one time axis: the view changes at once, finer points follow.
const place = document.querySelector("div.series");
let start, end, per, frame, text;
const source = () => document.getElementById("series-frame").textContent;
const tell = () => ({ start, end, factor: per, ...frame } = JSON.parse(text = source()));
tell();
const section = document.getElementById("series"), find = (what) => section.querySelector(what);
const color = (name) => getComputedStyle(place).getPropertyValue(name);
const LEFT = 76, RIGHT = 12, ENDS = ["from", "to"];
let view = [start, end], answer, plots = [], asked = 0;
const all = () => view[0] <= start && view[1] >= end;
const bound = (value, low, high) => Math.max(Math.min(value, high), low);
section.querySelectorAll(".tools").forEach((each) => { each.hidden = false; });

// numbers as number.py writes them
const written = (value, step) => {
  const digits = bound(-Math.floor(Math.log10(step || 1)), 0, 12);
  const [whole, part] = Math.abs(value).toFixed(digits).split(".");
  return (value < 0 ? "−" : "") + (whole.length > 4 ? whole.replace(/\B(?=(...)+$)/g, "\u202f") : whole) + (part ? `.${part}` : "");
};

const given = (url) => {
  const fields = new URL(url, location).searchParams;
  return ENDS.some((name) => fields.has(name)) && [Number(fields.get("from") ?? start), Number(fields.get("to") ?? end)];
};
const address = (path) => {
  const url = new URL(path, location);
  ENDS.forEach((name, index) => all() ? url.searchParams.delete(name) : url.searchParams.set(name, +view[index].toPrecision(12)));
  return url;
};
const look = (from, to) => {
  const span = bound(to - from, 1e-7, Math.max(end - start, 1e-7));
  from = bound(from, start, end - span);
  view = [from, from + span];
  plots.forEach((plot) => plot.setScale("x", { min: view[0] * per, max: view[1] * per }));
  flag();
};
const seen = () => {
  find("[data-do=back]").disabled = !history.state?.zoom;
  section.querySelectorAll("a.of-window").forEach((link) => { link.href = address(link.href); });
  finer();
};
const show = (from, to, how = "pushState") => {
  look(from, to);
  const url = address(location.pathname + location.search);
  if (url.href === location.href) return;
  history[how]({ zoom: (history.state?.zoom || 0) + (how === "pushState") }, "", url);
  seen();
};
const zoom = (times) => {
  const left = plots[0]?.cursor.left, at = left >= 0 ? plots[0].posToVal(left, "x") / per : (view[0] + view[1]) / 2;
  show(at - (at - view[0]) * times, at + (view[1] - at) * times);
};
const moved = (ends, share) => ends.map((each) => each + (ends[1] - ends[0]) * share);
const grab = (event, plot) => {
  const from = view, stop = new AbortController();
  addEventListener("mousemove", ({ clientX }) => look(...moved(from, (event.clientX - clientX) / plot.over.clientWidth)), stop);
  addEventListener("mouseup", () => { stop.abort(); show(...view); }, stop);
};
const acts = { back: () => history.back(), whole: () => show(start, end), in: () => zoom(0.5), out: () => zoom(2) };

// an older answer is dropped
const finer = async () => {
  const number = ++asked, url = address(frame.address);
  url.searchParams.set("pixels", bound(place.clientWidth - LEFT - RIGHT, 50, 4000));
  const got = await fetch(url).catch(() => ({ status: "nothing" })), found = got.ok && await got.json();
  if (number !== asked) return;
  find(".said").textContent = found ? found.said : `These points cannot be shown: the service answered ${got.status}.`;
  if (found) draw(answer = found);
};
const draw = ({ curves, hour }) => {
  const labels = curves.map((each) => each.label).join();
  if (plots.labels !== labels) {
    plots.forEach((plot) => plot.destroy());
    plots = curves.map(panel);
    plots.labels = labels;
  }
  curves.forEach(({ low, high }, index) => plots[index].setData([hour.map((each) => each * per), low, high || low]));
  flag();
};
const panel = ({ label }, index) => {
  const stroke = color(`--s${index}`), last = index === answer.curves.length - 1, grid = { stroke: color("--grid"), width: 1 };
  const values = (_, ticks, _axis, _space, step) => ticks.map((each) => written(each, step % 10 ** Math.floor(Math.log10(step)) ? step / 10 : step));
  const font = "12px system-ui", axis = { stroke: color("--muted"), font, labelFont: font, labelSize: 20, grid, ticks: grid, values };
  return new uPlot({
    width: place.clientWidth, height: (index ? 150 : 200) + (last ? 52 : 0), legend: { show: false }, padding: [6, RIGHT, last ? 0 : 6, 0],
    scales: { x: { time: false, range: () => view.map((each) => each * per) }, y: { range: () => answer.curves[index].axis } },
    series: [{}, { stroke, width: 1 }, { stroke, width: 1, points: { show: false } }], bands: [{ series: [2, 1], fill: `${stroke}80` }],
    axes: [last ? { ...axis, size: 32, label: `Time / ${frame.unit}` } : { ...axis, values: () => [], size: 0 }, { ...axis, size: LEFT - 20, label }],
    cursor: {
      sync: { key: "series" }, y: false, drag: { setScale: false },
      bind: { mousedown: (plot, _, usual) => (event) => event.shiftKey ? grab(event, plot) : usual(event), dblclick: () => acts.whole },
    },
    hooks: { setSelect: [select], setCursor: index ? [] : [read], drawClear: [shade], draw: [dash] },
  }, null, place);
};
const select = (plot) => {
  const { left, width } = plot.select;
  if (width < 3) return;
  plot.setSelect({ left: 0, width: 0 }, false);
  show(plot.posToVal(left, "x") / per, plot.posToVal(left + width, "x") / per);
};

const across = (plot, hour) => plot.valToPos(hour * per, "x", true);
const shade = (plot) => {
  const { ctx, bbox: { left, top, width, height } } = plot, at = (hour) => bound(across(plot, hour), left, left + width);
  answer.steps.forEach(([, from, to, mode]) => {
    ctx.fillStyle = color(`--${mode}`) || "transparent";
    ctx.fillRect(at(from), top, at(to) - at(from), height);
  });
};
const dash = (plot) => {
  const { ctx, bbox: { left, top, width, height } } = plot;
  ctx.strokeStyle = color("--fault");
  ctx.setLineDash([4, 3]);
  flags.forEach(([hour]) => {
    const at = across(plot, hour);
    if (at >= left && at <= left + width) ctx.stroke(new Path2D(`M${at},${top}v${height}`));
  });
  ctx.setLineDash([]);
};
let flags;
const mark = () => {
  flags?.forEach(([, each]) => each.remove());
  flags = frame.flags.map(([hour, textContent, href, title]) => {
    const flag = Object.assign(document.createElement("a"), { className: "flag window", href, title, textContent, ariaLabel: title });
    place.append(flag);
    return [hour, flag];
  });
};
mark();
const flag = () => {
  let last = -99;
  flags.forEach(([hour, each]) => {
    const part = (hour - view[0]) / (view[1] - view[0]);
    each.hidden = !(part >= 0 && part <= 1);
    if (!each.hidden) each.style.left = `${last = Math.max(LEFT + part * (place.clientWidth - LEFT - RIGHT), last + 26)}px`;
  });
};

const read = ({ cursor: { idx } }) => {
  const hour = answer.hour[idx], step = answer.steps.find(([, from, to]) => hour >= from && hour <= to);
  const value = ({ label, axis, low, high }) => {
    const [name, unit = ""] = label.split(" / "), ends = [low[idx], (high || low)[idx]].map((each) => written(each, (axis[1] - axis[0]) / 1e4));
    return low[idx] === null ? `${name} not recorded` : `${name} ${[...new Set(ends)].join(" to ")} ${unit}`;
  };
  const words = () => [`${written(hour * per, (view[1] - view[0]) * per / 1e4)} ${frame.unit}`, ...answer.curves.map(value), ...step ? [`step ${step[0]}, ${step[3]}`] : []];
  find(".reading").textContent = idx == null ? "" : words().join(" · ");
};
const step = (by) => {
  const { hour } = answer, first = hour.findIndex((each) => each >= view[0]), last = hour.findLastIndex((each) => each <= view[1]);
  const now = plots[0].cursor.idx, next = bound(now == null ? first : now + by, first, last);
  plots[0].setCursor({ left: plots[0].valToPos(hour[next] * per, "x"), top: 20 }, true, true);
};
place.addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1, PageDown: 20, PageUp: -20 }[event.key];
  const act = by ? () => event.shiftKey ? show(...moved(view, Math.sign(by) / 5), "replaceState") : step(by) : acts[{ "+": "in", "=": "in", "-": "out", Home: "whole" }[event.key]];
  if (!act || !plots.length || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
});
document.addEventListener("click", (event) => {
  acts[event.target.dataset.do]?.();
  const link = event.target.closest("a.window"), to = link && given(link.href);
  if (!to || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(...to);
  section.scrollIntoView();
  place.focus({ preventScroll: true });
});
// going back within this test moves its window: htmx need not ask for the page again
document.addEventListener("htmx:before:history:restore", (event) => event.preventDefault());
const came = () => { look(...given(location) || [start, end]); seen(); };
addEventListener("popstate", came);
const anew = () => { plots.labels = ""; if (answer) draw(answer); };
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", anew);
addEventListener("resize", anew);
// the test has grown: who saw the whole sees the whole, who had zoomed stays there
document.addEventListener("htmx:after:swap", () => {
  if (text === source()) return;
  const whole = all(), { unit } = frame;
  tell();
  mark();
  if (unit !== frame.unit) plots.labels = "";
  look(...whole ? [start, end] : view);
  seen();
});
came();
