// The list: letters of one thread stand together, the newest first; a search leaves what it found.

export const part = (id) => document.getElementById(id);

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const clip =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.2 17.2a1.7 1.7 0 0 1-2.4-2.4L14.5 7"/></svg>';
const list = part("messages");
const lines = new Map(); // id -> { summary, line, item, group }
const groups = new Map(); // thread -> { item, letters, more, open }
let found = null; // ids that the search has found, null without one
let asked = ""; // the search that was asked for last

export const letters = {
  get count() {
    return lines.size;
  },
  has: (id) => lines.has(id),
};

export function ago(moment) {
  const seconds = Math.max(0, (Date.now() - new Date(moment)) / 1000);
  if (seconds < 45) return "now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 86400) return `${Math.round(seconds / 3600)} h`;
  return new Date(moment).toLocaleDateString(undefined, { month: "short", day: "numeric" });
}

/** One more line, on top. `fresh` marks it as not yet read. */
export function add(summary, fresh) {
  if (lines.has(summary.id)) return;
  const line = drawn(summary, fresh);
  const item = element("li");
  item.append(line);
  const key = summary.thread || `alone-${summary.id}`;
  const group = groups.get(key) ?? begun(key);
  group.letters.prepend(item);
  list.prepend(group.item); // the thread that was written in last comes first
  lines.set(summary.id, { summary, line, item, group });
}

function drawn(summary, fresh) {
  const line = element("a", fresh ? "fresh" : "");
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
  return line;
}

function begun(key) {
  const group = { key, item: element("li", "group"), letters: element("ol"), open: false };
  group.more = element("button", "more link small");
  group.more.type = "button";
  group.more.addEventListener("click", () => {
    group.open = !group.open;
    refresh();
  });
  group.item.append(group.letters, group.more);
  groups.set(key, group);
  return group;
}

/** Shows what is to be seen now: all threads by their newest letter, or what was found. */
export function refresh() {
  let visible = 0;
  for (const { item, group, summary } of lines.values()) {
    const first = group.letters.firstChild === item;
    item.hidden = found ? !found.has(summary.id) : !first && !group.open;
    item.classList.toggle("earlier", !first && !found);
    if (!item.hidden) visible += 1;
  }
  for (const group of groups.values()) {
    const earlier = group.letters.childElementCount - 1;
    group.more.hidden = Boolean(found) || earlier < 1;
    group.more.setAttribute("aria-expanded", String(group.open));
    group.more.textContent = group.open
      ? "Hide earlier"
      : `${earlier} earlier in this thread`;
    group.item.hidden = ![...group.letters.children].some((item) => !item.hidden);
  }
  const all = lines.size === 1 ? "1 letter" : `${lines.size} letters`;
  part("count").textContent = found ? `${visible} of ${all}` : lines.size ? all : "";
  part("none").hidden = lines.size > 0 && visible > 0;
  part("none-title").textContent = lines.size ? "Nothing found" : "No mail yet";
  part("none-text").hidden = lines.size > 0;
  part("none-smtp").hidden = lines.size > 0 || !part("smtp").textContent;
  document.body.classList.toggle("no-mail", lines.size === 0);
  part("clear").disabled = lines.size === 0;
  document.title = lines.size ? `Mail (${lines.size})` : "Mail";
}

/** Asks for what holds the words of the search field; the newest question wins. */
export async function search() {
  const words = part("search").value.trim();
  asked = words;
  const answer = words ? await fetch(`/api/search?q=${encodeURIComponent(words)}`) : null;
  if (asked !== words || (answer && !answer.ok)) return;
  const ids = answer ? (await answer.json()).ids : null;
  if (asked !== words) return;
  found = ids && new Set(ids);
  refresh();
}

/** Marks the letter that is open, and opens its thread if it is an earlier one. */
export function mark(id) {
  for (const [key, { line, item, group }] of lines) {
    if (key !== id) {
      line.removeAttribute("aria-current");
      continue;
    }
    line.setAttribute("aria-current", "true");
    line.classList.remove("fresh");
    if (group.letters.firstChild !== item) group.open = true;
  }
  refresh();
  lines.get(id)?.line.scrollIntoView({ block: "nearest" });
}

/** The lines that are to be seen, from the top. */
export function seen() {
  return [...list.querySelectorAll(".group:not([hidden]) li:not([hidden]) > a")];
}

export function remove(id) {
  const { item, group } = lines.get(id) ?? {};
  lines.delete(id);
  item?.remove();
  if (group && !group.letters.childElementCount) {
    group.item.remove();
    groups.delete(group.key);
  }
  refresh();
}

export function clear() {
  lines.clear();
  groups.clear();
  list.replaceChildren();
  refresh();
}

setInterval(() => {
  for (const at of list.querySelectorAll(".at")) at.textContent = ago(at.dataset.at);
}, 20000);
