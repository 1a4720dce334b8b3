// The mail page: one event stream fills the list, the address (#12) says what is open.

import "./keys.js";
import { follow, isThere, show } from "./letter.js";
import { add, clear, letters, mark, part, refresh, remove, search } from "./list.js";

let started = false; // false until the mail of before has come
let shown = null; // what the address asked for last

async function open() {
  const id = Number(location.hash.slice(1)) || null;
  mark(id);
  if (id === shown) return;
  shown = id;
  const response = id ? await fetch(`/api/messages/${id}`) : null;
  if (shown !== id) return; // another one was chosen meanwhile
  const message = response?.ok ? await response.json() : null;
  if (shown === id) show(message);
}

function comeIn(summary) {
  if (letters.has(summary.id)) return;
  add(summary, started);
  if (!started) return;
  part("news").textContent = `New mail for ${summary.to}: ${summary.subject}`;
  follow(summary);
  refresh();
  if (part("search").value.trim()) search();
}

let waiting = null;
part("search").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 120);
});
part("clear").addEventListener("click", () => {
  if (confirm(`Delete all ${letters.count} messages?`)) fetch("/api/messages", { method: "DELETE" });
});
addEventListener("hashchange", open);

function listen() {
  const stream = new EventSource("/api/stream");
  stream.addEventListener("message", (event) => comeIn(JSON.parse(event.data)));
  stream.addEventListener("ready", (event) => {
    const { count, smtp } = JSON.parse(event.data);
    part("smtp").textContent = smtp;
    if (count !== letters.count) {
      // Something was thrown away while this page was not connected: all of it anew.
      stream.close();
      started = false;
      clear();
      listen();
      return;
    }
    started = true;
    part("state").textContent = "Live";
    part("state").classList.add("live");
    refresh();
    open();
  });
  stream.addEventListener("gone", (event) => {
    remove(Number(event.data));
    if (shown && !isThere()) location.hash = "";
  });
  stream.addEventListener("cleared", () => {
    clear();
    location.hash = "";
  });
  stream.addEventListener("error", () => {
    part("state").textContent = "Reconnecting";
    part("state").classList.remove("live");
  });
}

listen();
