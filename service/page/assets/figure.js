// Figures are read off by pointer and by key; "PNG" draws the SVG on a canvas; "/" goes to the search.
const near = (panel, x, y) => panel.points.reduce((best, { left, top }, index) => {
  const away = Math.abs(left - x) + 0.3 * Math.abs(top - y);
  return best?.away <= away ? best : { away, index };
}, null)?.index;
const fraction = ({ log, low, high }, value) => log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
const points = (panel) => panel.series.flatMap((series) => series.x.map((x, index) => {
  const y = series.y[index];
  if (x === null || y === null) return null;
  const [left, top, width, height] = panel.frame;
  const up = fraction(series.right ? panel.right : panel.y, y);
  return { left: left + fraction(panel.x, x) * width, top: top + (1 - up) * height, series, index, x, y };
}).filter(Boolean)).sort((a, b) => a.left - b.left);
const split = (label) => label.split(" / ");
const words = (panel, { series, index, x, y }) => {
  const [name, unit] = split((series.right ? panel.right : panel.y).label), [along, per] = split(panel.x.label);
  const minus = (number) => String(number).replaceAll("-", "−");
  const error = series.error?.[index] != null ? ` ± ${minus(series.error[index])}` : "";
  const note = series.note?.[index] ? `, ${series.note[index]}` : "";
  return `${series.name}: ${along} ${minus(x)} ${per || ""}, ${name} ${minus(y)}${error} ${unit || ""}${note}`.replace(/\s+/g, " ");
};
const start = (figure) => {
  const find = (what) => figure.querySelector(what), data = find("script.readings"), svg = find("svg.figure");
  if (!data || !svg || figure.dataset.read) return;
  figure.dataset.read = "yes";
  const panels = JSON.parse(data.textContent).map((panel) => ({ ...panel, points: points(panel) }));
  const output = find(".reading"), picture = find(".picture"), png = find("a.png");
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  cursor.classList.add("cursor"); cursor.setAttribute("r", "7");
  let at = [0, -1];
  const show = (panel, index) => {
    const point = panels[panel]?.points[index];
    if (!point) return;
    at = [panel, index];
    cursor.setAttribute("cx", point.left); cursor.setAttribute("cy", point.top);
    svg.append(cursor);
    output.textContent = words(panels[panel], point);
  };
  svg.addEventListener("pointermove", (event) => {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const within = panels.findIndex(({ frame: [, top, , height] }) => place.y >= top && place.y <= top + height);
    if (within >= 0) show(within, near(panels[within], place.x, place.y));
  });
  picture.addEventListener("keydown", (event) => {
    if (event.key === "Enter") pick();
    const steps = { ArrowRight: 1, ArrowLeft: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity }[event.key];
    const down = { ArrowDown: 1, ArrowUp: panels.length - 1 }[event.key];
    if (down !== undefined) show((at[0] + down) % panels.length, 0);
    else if (steps) show(at[0], Math.min(Math.max(at[1] + steps, 0), panels[at[0]].points.length - 1));
    else return;
    event.preventDefault();
  });
  const pick = () => {
    const point = panels[at[0]]?.points[at[1]], field = document.querySelector("input[data-picked]");
    const number = String(point?.series.pick?.[point.index] || "");
    if (!number || !field) return;
    const picked = new Set(field.value.split(/[\s,]+/).filter(Boolean));
    if (!picked.delete(number)) picked.add(number);
    field.value = [...picked].join(" ");
    field.form.requestSubmit();
  };
  svg.addEventListener("click", pick);
  if (png) Object.assign(png, { hidden: false, onclick: (event) => { event.preventDefault(); draw(png.href); } });
};
const draw = async (address) => {
  const image = new Image();
  image.src = URL.createObjectURL(await (await fetch(address)).blob());
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * image.width, height: 2 * image.height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  canvas.toBlob((blob) => {
    const download = new URL(address, location).pathname.slice(1).replaceAll("/", "-").replace(/svg$/, "png");
    Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download }).click();
  });
};
const all = () => document.querySelectorAll("figure.drawn").forEach(start);
all();
new MutationObserver(all).observe(document.body, { childList: true, subtree: true });
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !document.activeElement.matches("input, textarea, select")) {
    event.preventDefault();
    document.getElementById("search").focus();
  }
});
