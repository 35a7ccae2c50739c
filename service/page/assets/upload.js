// Files go in parts, and go on where the line broke or the page was left; bytes that are known are not sent.
const MOST_HASHED_BYTES = 256 << 20, FIRST_WAIT_MS = 500, MOST_WAIT_MS = 15_000, MOST_CONFLICTS = 5;
const form = document.querySelector("#upload"), drop = form.querySelector(".drop"), said = form.querySelector("#said");
const [files, folder, body, button] = ["[name=files]", "#folder", "#sending", "button"].map((what) => form.querySelector(what));
let chosen = [];
const later = (ms) => new Promise((done) => { setTimeout(done, ms); });
const escaped = (name) => name.split("/").map(encodeURIComponent).join("/");
const put = (tag, parent, text = "") => parent.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
const choose = (found) => {
  chosen = found.map(([name, file]) => ({ name, file, at: 0 }));
  files.required = !chosen.length;
  body.closest(".wide").hidden = !chosen.length;
  body.replaceChildren();
  const documents = form.querySelector("#documents");
  documents.replaceChildren();
  for (const each of chosen) {
    const row = put("tr", body);
    put("td", row, each.name);
    put("td", row, (each.file.size / 1e6).toFixed(2)).className = "number";
    each.cell = put("td", row, "not yet");
    if (/\.(ya?ml|xlsx)$/i.test(each.name)) put("option", documents).value = each.name;
  }
  said.textContent = `${chosen.length} files chosen: press Send.`;
};
const show = (each, words) => {
  if (words) { each.cell.textContent = words; return; }
  each.cell.textContent = `${(each.at / 1e6).toFixed(2)} MB `;
  const bar = put("progress", each.cell);
  bar.max = each.file.size || 1;
  bar.value = each.at;
  bar.ariaLabel = `sent of ${each.name}`;
};
const answer = async (address, how) => {
  const response = await fetch(address, how), text = await response.text();
  let data = {};
  try { data = JSON.parse(text); } catch { /* a proxy may answer in words of its own */ }
  return { status: response.status, data, reason: data.error || text.slice(0, 300) };
};
// a line that is broken is tried again, however long; what the service declines is told
const lasting = async (ask, broken) => {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, MOST_WAIT_MS)) {
    try {
      const found = await ask();
      if (found.status < 502 || found.status > 504) return found;
    } catch (fault) {
      if (!(fault instanceof TypeError)) throw fault;
    }
    said.textContent = "The line is broken: it is tried again by itself.";
    await later(wait);
    await broken?.();
  }
};
const taken = async (ask) => {
  const found = await lasting(ask);
  if (found.status >= 400) throw new Error(found.reason);
  return found.data;
};
const hashed = async (file) => {
  if (!window.isSecureContext || file.size > MOST_HASHED_BYTES) return null;
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
};
const mark = () => JSON.stringify(chosen.map(({ name, file }) => [name, file.size, file.lastModified]));
const begun = async () => {
  const kept = JSON.parse(localStorage.getItem("upload") || "null");
  if (kept?.mark === mark()) {
    const { status, data } = await lasting(() => answer(`/upload/${kept.key}`));
    if (status === 200 && !data.ended) return kept;
  }
  const offered = { files: chosen.map(({ name, sha256 }) => ({ name, sha256 })) };
  const how = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(offered) };
  const { upload, partBytes } = await taken(() => answer("/upload", how));
  const begin = { key: upload, partBytes, mark: mark() };
  localStorage.setItem("upload", JSON.stringify(begin));
  return begin;
};
const arrived = async (key, each) => {
  const { files: there } = await taken(() => answer(`/upload/${key}`));
  const found = there.find(({ name }) => name === each.name);
  each.at = found?.offset || 0;
  return Boolean(found?.complete);
};
const send = async ({ key, partBytes }, each) => {
  let complete = await arrived(key, each), conflicts = 0;
  while (!complete) {
    show(each);
    const part = () => {
      const query = new URLSearchParams({ offset: each.at, bytes: each.file.size });
      if (each.sha256) query.set("sha256", each.sha256);
      return answer(`/upload/${key}/${escaped(each.name)}?${query}`, { method: "PUT", body: each.file.slice(each.at, each.at + partBytes) });
    };
    const sent = await lasting(part, async () => { complete = await arrived(key, each); });
    if (sent.status === 409 && (conflicts += 1) < MOST_CONFLICTS) complete = await arrived(key, each);
    else if (sent.status >= 400) throw new Error(`${each.name}: ${sent.reason}`);
    else { each.at = sent.data.offset; complete = sent.data.complete; said.textContent = "Sending."; }
  }
  show(each, "all of it");
};
const sendAll = async () => {
  button.disabled = true;
  try {
    for (const each of chosen) {
      show(each, "looked through");
      each.sha256 = await hashed(each.file);
    }
    said.textContent = "Sending.";
    const upload = await begun();
    for (const each of chosen) await send(upload, each);
    const [study, cell] = ["study", "cell"].map((name) => form.elements[name].value.trim());
    await taken(() => answer(`/upload/${upload.key}/end?${new URLSearchParams({ study, cell })}`, { method: "POST" }));
    localStorage.removeItem("upload");
    location.assign(`/upload/${upload.key}`);
  } catch (fault) {
    said.textContent = `${fault.message} Press Send to go on.`;
    button.disabled = false;
  }
};
const inside = async (entry) => {
  if (entry instanceof File) return [[entry.name, entry]];
  if (entry.isFile) return [[entry.fullPath.slice(1), await new Promise((done, failed) => { entry.file(done, failed); })]];
  const reader = entry.createReader(), found = [];
  for (;;) { // a hundred at a time
    const some = await new Promise((done, failed) => { reader.readEntries(done, failed); });
    if (!some.length) return found;
    for (const each of some) found.push(...await inside(each));
  }
};
for (const each of drop.querySelectorAll("[hidden]")) each.hidden = false;
files.addEventListener("change", () => choose([...files.files].map((file) => [file.name, file])));
folder.addEventListener("change", () => choose([...folder.files].map((file) => [file.webkitRelativePath || file.name, file])));
form.addEventListener("submit", (event) => { event.preventDefault(); if (chosen.length) sendAll(); });
for (const kind of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(kind, async (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind !== "drop") return;
    const entries = [...event.dataTransfer.items].map((each) => each.webkitGetAsEntry() || each.getAsFile()).filter(Boolean);
    choose((await Promise.all(entries.map(inside))).flat());
  });
}
