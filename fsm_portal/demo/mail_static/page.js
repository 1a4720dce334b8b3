// The mail page: one event stream fills the list, the address (#12) says what is open.

const part = (id) => document.getElementById(id);
const list = part("messages");
const lines = new Map(); // id -> { summary, item }
let started = false; // false until the mail of before has come
let shown = null;

const clip =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.2 17.2a1.7 1.7 0 0 1-2.4-2.4L14.5 7"/></svg>';
const sheet =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5M12 11v6m-3-3 3 3 3-3"/></svg>';

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function ago(moment) {
  const seconds = Math.max(0, (Date.now() - new Date(moment)) / 1000);
  if (seconds < 45) return "now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 86400) return `${Math.round(seconds / 3600)} h`;
  return new Date(moment).toLocaleDateString(undefined, { month: "short", day: "numeric" });
}

function add(summary) {
  if (lines.has(summary.id)) return;
  const item = element("li");
  const line = element("a", started ? "fresh" : "");
  line.href = `#${summary.id}`;
  const at = element("span", "at", ago(summary.received_at));
  at.dataset.at = summary.received_at;
  at.title = new Date(summary.received_at).toLocaleString();
  const mark = element("span", "clip");
  if (summary.attachments) {
    mark.innerHTML = clip;
    mark.append(element("span", "unseen", `${summary.attachments} attached`));
  }
  line.append(
    element("span", "who", summary.to_name || summary.to),
    at,
    element("span", "subject", summary.subject || "(no subject)"),
    mark,
    element("span", "preview", summary.preview),
  );
  line.querySelector(".who").title = summary.to;
  item.append(line);
  lines.set(summary.id, { summary, item });
  list.prepend(item);
  if (started) part("news").textContent = `New mail for ${summary.to}: ${summary.subject}`;
  refresh();
}

function refresh() {
  const words = part("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let visible = 0;
  for (const { summary, item } of lines.values()) {
    const text = [summary.to, summary.to_name, summary.from_name, summary.subject, summary.preview]
      .join(" ")
      .toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
    if (!item.hidden) visible += 1;
  }
  part("none").hidden = !started || visible > 0;
  const searching = lines.size > 0;
  part("none-title").textContent = searching ? "Nothing found" : "No mail yet";
  part("none-text").hidden = searching;
  part("clear").disabled = lines.size === 0;
  document.title = lines.size ? `Mail (${lines.size})` : "Mail";
}

async function open() {
  const id = Number(location.hash.slice(1));
  for (const [key, { item }] of lines) {
    const line = item.firstChild;
    if (key === id) line.setAttribute("aria-current", "true");
    else line.removeAttribute("aria-current");
    if (key === id) line.classList.remove("fresh");
  }
  if (id === shown) return;
  shown = id;
  const response = id ? await fetch(`/api/messages/${id}`) : null;
  if (shown !== id) return; // another one was chosen meanwhile
  const message = response?.ok ? await response.json() : null;
  if (shown !== id) return;
  document.body.classList.toggle("reading", Boolean(message));
  part("message").hidden = !message;
  part("unchosen").hidden = Boolean(message);
  if (message) show(message);
}

function show(message) {
  const where = `/api/messages/${message.id}`;
  part("subject").textContent = message.subject || "(no subject)";
  part("from").textContent = named(message.from_name, message.from);
  part("to").textContent = named(message.to_name, message.to);
  part("when").textContent = new Date(message.received_at).toLocaleString();
  part("raw").href = `${where}/raw`;
  part("part-html").src = message.html ? `${where}/html` : "about:blank";
  part("part-text").textContent = message.text || "This message has no plain-text part.";
  part("tab-html").hidden = !message.html;
  part("files").replaceChildren(
    ...message.attachments.map((file, index) => {
      const item = element("li");
      const link = element("a");
      link.href = `${where}/attachments/${index}`;
      link.download = file.filename;
      link.innerHTML = sheet;
      link.append(file.filename, element("span", "soft small", size(file.size)));
      item.append(link);
      return item;
    }),
  );
  part("part-headers").replaceChildren(
    ...message.headers.flatMap(([name, value]) => [
      element("dt", "", name),
      element("dd", "", value),
    ]),
  );
  choose(message.html ? "html" : "text");
  if (matchMedia("(max-width: 820px)").matches) part("subject").focus();
}

function named(name, address) {
  return name ? `${name} <${address}>` : address;
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

const tabs = ["html", "text", "headers"];

function choose(tab) {
  for (const name of tabs) {
    part(`part-${name}`).hidden = name !== tab;
    part(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
    part(`tab-${name}`).tabIndex = name === tab ? 0 : -1;
  }
}

for (const name of tabs) {
  part(`tab-${name}`).addEventListener("click", () => choose(name));
  part(`tab-${name}`).addEventListener("keydown", (press) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[press.key];
    if (!step) return;
    const usable = tabs.filter((tab) => !part(`tab-${tab}`).hidden);
    const next = usable[(usable.indexOf(name) + step + usable.length) % usable.length];
    choose(next);
    part(`tab-${next}`).focus();
  });
}

part("search").addEventListener("input", refresh);
part("clear").addEventListener("click", () => {
  if (confirm(`Delete all ${lines.size} messages?`)) fetch("/api/messages", { method: "DELETE" });
});
addEventListener("hashchange", open);
setInterval(() => {
  for (const at of list.querySelectorAll(".at")) at.textContent = ago(at.dataset.at);
}, 20000);

const stream = new EventSource("/api/stream");
stream.addEventListener("message", (event) => add(JSON.parse(event.data)));
stream.addEventListener("ready", () => {
  started = true;
  part("state").textContent = "Live";
  part("state").classList.add("live");
  refresh();
  open();
});
stream.addEventListener("cleared", () => {
  lines.clear();
  list.replaceChildren();
  location.hash = "";
  refresh();
});
stream.addEventListener("error", () => {
  part("state").textContent = "Reconnecting";
  part("state").classList.remove("live");
});
