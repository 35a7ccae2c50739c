"use strict";
// Figures are read off by pointer and by key; "PNG" draws the SVG on a canvas; "/" goes to the search.
(() => {
  const near = (panel, x, y) => {
    let best = null;
    panel.points.forEach((point, index) => {
      const away = Math.abs(point.left - x) + 0.3 * Math.abs(point.top - y);
      if (!best || away < best.away) best = { away, index };
    });
    return best && best.index;
  };
  const fraction = (axis, value) => axis.log
    ? Math.log(value / axis.low) / Math.log(axis.high / axis.low)
    : (value - axis.low) / (axis.high - axis.low);
  const points = (panel) => panel.series.flatMap((series) => series.x.map((x, index) => {
    const y = series.y[index];
    if (x === null || y === null) return null;
    const [left, top, width, height] = panel.frame;
    const up = fraction(series.right ? panel.right : panel.y, y);
    return { left: left + fraction(panel.x, x) * width, top: top + (1 - up) * height, series, index, x, y };
  }).filter(Boolean)).sort((a, b) => a.left - b.left);
  const split = (label) => label.split(" / ");
  const told = (panel, { series, index, x, y }) => {
    const [name, unit] = split((series.right ? panel.right : panel.y).label), [along, per] = split(panel.x.label);
    const minus = (number) => String(number).replaceAll("-", "−");
    const error = series.error && series.error[index] !== null ? ` ± ${minus(series.error[index])}` : "";
    const note = series.note && series.note[index] ? `, ${series.note[index]}` : "";
    return `${series.name}: ${along} ${minus(x)} ${per || ""}, ${name} ${minus(y)}${error} ${unit || ""}${note}`.replace(/\s+/g, " ");
  };
  const start = (figure) => {
    const data = figure.querySelector("script.readings"), svg = figure.querySelector("svg.figure");
    if (!data || !svg || figure.dataset.read) return;
    figure.dataset.read = "yes";
    const panels = JSON.parse(data.textContent).map((panel) => ({ ...panel, points: points(panel) }));
    const output = figure.querySelector(".reading"), picture = figure.querySelector(".picture");
    const cursor = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    cursor.setAttribute("class", "cursor"); cursor.setAttribute("r", "7");
    let at = [0, -1];
    const show = (panel, index) => {
      const point = panels[panel]?.points[index];
      if (!point) return;
      at = [panel, index];
      cursor.setAttribute("cx", point.left); cursor.setAttribute("cy", point.top);
      svg.append(cursor);
      output.textContent = told(panels[panel], point);
    };
    svg.addEventListener("pointermove", (event) => {
      const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const within = panels.findIndex(({ frame: [, top, , height] }) => place.y >= top && place.y <= top + height);
      if (within >= 0) show(within, near(panels[within], place.x, place.y));
    });
    picture.addEventListener("keydown", (event) => {
      if (event.key === "Enter") pick();
      const steps = { ArrowRight: 1, ArrowLeft: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity }[event.key];
      if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        show((at[0] + (event.key === "ArrowDown" ? 1 : panels.length - 1)) % panels.length, 0);
      } else if (steps) {
        const last = panels[at[0]].points.length - 1;
        show(at[0], Math.min(Math.max(at[1] + steps, 0), last));
      } else return;
      event.preventDefault();
    });
    const pick = () => {
      const point = panels[at[0]]?.points[at[1]], field = document.querySelector("input[data-picked]");
      const number = String(point?.series.pick?.[point.index] || "");
      if (!number || !field) return;
      const picked = field.value.split(/[\s,]+/).filter(Boolean);
      field.value = (picked.includes(number) ? picked.filter((each) => each !== number) : [...picked, number]).join(" ");
      field.form.requestSubmit();
    };
    svg.addEventListener("click", pick);
    const png = figure.querySelector("a.png");
    if (png) { png.hidden = false; png.addEventListener("click", (event) => { event.preventDefault(); draw(png.href); }); }
  };
  const draw = async (address) => {
    const text = await (await fetch(address)).text();
    const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * image.width; canvas.height = 2 * image.height;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = new URL(address, location).pathname.slice(1).replaceAll("/", "-").replace(/svg$/, "png");
        link.click();
      });
      URL.revokeObjectURL(url);
    };
    image.src = url;
  };
  const all = () => document.querySelectorAll("figure.drawn").forEach(start);
  all();
  new MutationObserver(all).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      document.getElementById("search").focus();
    }
  });
})();
