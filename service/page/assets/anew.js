// What is looked at asks now and then whether it is still so.
const find = () => document.querySelector("[data-tag]");
let tag = find()?.dataset.tag;
const ask = () => { if (!document.hidden) find()?.dispatchEvent(new Event("anew")); };
setInterval(ask, 30_000);
document.addEventListener("visibilitychange", ask);
const mine = ({ detail: { ctx } }) => ctx.sourceElement === find() && ctx;
document.addEventListener("htmx:config:request", (event) => {
  const ctx = mine(event);
  if (!ctx) return;
  const there = document.querySelectorAll("#main section[id]:not([hx-get])");
  ctx.request.headers["If-None-Match"] = tag;
  ctx.request.headers["Leyden-Fetched"] = [...there].map((each) => each.id).join();
});
document.addEventListener("htmx:after:request", (event) => {
  const ctx = mine(event);
  if (ctx && ctx.response.status < 400) tag = ctx.response.headers.get("ETag") || tag;
});
