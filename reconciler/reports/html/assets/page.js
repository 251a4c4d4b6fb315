"use strict";
/* The list: read in pieces, filtered and grouped in memory, and only as much of it in the document as is seen.
   Whatever comes from outside is put into the document as text. */
(() => {
  const [WORD, KIND, ADDRESS, ORDER, EVIDENCE, MARKS, REASON, FILE, PLACE, FIELDS, MORE] = Array(11).keys();
  const MOST = 200000; // items in the list: a document much taller than that cannot be scrolled in every browser
  const PRINTED = 2000;
  const FIRST_OPEN = 40; // so few changes are shown unfolded
  const AHEAD = 600; // pixels above and below the window that are kept in the document

  const byId = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(byId(id).textContent);
  const meta = read("meta");
  const table = read("table");
  const text = (of) => (typeof of === "number" ? table[of] : of);
  const count = (of) => of.toLocaleString("en");

  const make = (tag, className, content) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (content !== undefined) made.textContent = content;
    return made;
  };

  const rows = [];
  const haystacks = [];
  const state = { words: [], chosen: new Map(), group: "kind", all: false, turned: new Set(), shut: new Set() };

  /* ---------------------------------------------------------------- what a row says */

  const shown = (of) => (of === false ? "?" : of === null ? "(none)" : text(of));
  const hay = (row) =>
    [
      text(row[WORD]),
      row[ADDRESS],
      text(row[EVIDENCE]),
      ...row[MARKS].map(text),
      text(row[REASON]),
      row[FILE] === null ? "" : text(row[FILE]) + row[PLACE],
      ...row[FIELDS].flatMap(([path, before, after]) => [text(path), shown(before), shown(after)]),
      ...row[MORE].flatMap(([, told]) => told),
    ]
      .join("\n")
      .toLowerCase();

  const facetOf = {
    word: (row) => [text(row[WORD])],
    mark: (row) => row[MARKS].map(text),
    evidence: (row) => [text(row[EVIDENCE])],
    kind: (row) => [text(row[KIND])],
  };

  const moveOf = (row) => {
    if (row[FIELDS].length !== 1) return `${text(row[WORD])} ${row[FIELDS].map(([path]) => text(path)).join(", ")}`.trim();
    const [path, before, after] = row[FIELDS][0];
    const name = text(path) === "status" ? "" : `${text(path)}: `;
    return `${name}${shown(before)} → ${shown(after)}`;
  };

  const NO_ORDER = "Definitions";
  const NO_FILE = "In no file";
  const byName = (last) => (one, other) =>
    (one.key === last) - (other.key === last) || (one.key < other.key ? -1 : one.key > other.key ? 1 : 0);
  const bySize = (one, other) => other.numbers.length - one.numbers.length;
  const groupings = {
    kind: ["Kind", (row) => meta.kinds[text(row[KIND])]],
    move: ["Change", moveOf, bySize],
    order: ["Order", (row) => (row[ORDER] === null ? NO_ORDER : `Order ${text(row[ORDER])}`), byName()],
    file: ["File", (row) => (row[FILE] === null ? NO_FILE : text(row[FILE])), byName(NO_FILE)],
    none: ["None", () => ""],
  };

  /* ---------------------------------------------------------------- what is listed */

  let items = []; // a row's number, or a group
  let matching = 0;

  const isChosen = (row) => {
    for (const [key, values] of state.chosen) {
      if (values.size && !facetOf[key](row).some((value) => values.has(value))) return false;
    }
    return true;
  };

  const matches = () => {
    const found = [];
    for (let number = 0; number < rows.length; number += 1) {
      if (state.words.every((word) => haystacks[number].includes(word)) && isChosen(rows[number])) found.push(number);
    }
    return found;
  };

  const grouped = (found) => {
    const name = groupings[state.group][1];
    const groups = new Map();
    for (const number of found) {
      const key = name(rows[number]);
      const group = groups.get(key);
      if (group) group.push(number);
      else groups.set(key, [number]);
    }
    const listed = [...groups].map(([key, numbers]) => ({ key, numbers }));
    const order = groupings[state.group][2];
    return order ? listed.sort(order) : listed;
  };

  const list = () => {
    const found = matches();
    matching = found.length;
    items = [];
    for (const group of grouped(found)) {
      if (state.group !== "none") items.push(group);
      if (state.shut.has(group.key)) continue;
      for (const number of group.numbers) {
        if (items.length >= MOST) break;
        items.push(number);
      }
    }
  };

  const isOpen = (number) => state.all !== state.turned.has(number);

  /* ---------------------------------------------------------------- where it stands */

  const holder = byId("list");
  holder.setAttribute("aria-label", meta.noun);
  if (!Object.keys(meta.evidence).length) holder.classList.add("plain");
  const toolbar = byId("toolbar");
  const measured = new Map(); // heights that differ from what was guessed, by item
  let tops = new Float64Array(1);
  let nodes = new Map();
  let active = 0;
  let narrow = false;

  const guess = (item) => {
    if (typeof item !== "number") return 44;
    const closed = narrow ? 76 : 40;
    return isOpen(item) ? closed + 96 + 34 * rows[item][FIELDS].length : closed;
  };

  const place = () => {
    tops = new Float64Array(items.length + 1);
    for (let at = 0; at < items.length; at += 1) {
      const item = items[at];
      const known = measured.get(typeof item === "number" ? item : item.key);
      tops[at + 1] = tops[at] + (known === undefined ? guess(item) : known);
    }
    holder.style.height = `${tops[items.length]}px`;
  };

  const at = (offset) => {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops[middle + 1] <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const begin = () => holder.getBoundingClientRect().top + window.scrollY;
  const above = () => window.scrollY - begin();

  /* ---------------------------------------------------------------- what is seen of it */

  const cell = (className, content) => {
    const made = make("span", className, content);
    made.setAttribute("role", "gridcell");
    return made;
  };

  const value = (of) => {
    const made = make("bdi", of === false ? "unknown" : of === null ? "absent" : "value", shown(of));
    if (of === false) made.dataset.tip = "Not known: it cannot be read";
    if (of === null) made.dataset.tip = "Known to be absent";
    return made;
  };

  const move = (row) => {
    const made = cell("move");
    if (row[FIELDS].length === 1) {
      const [path, before, after] = row[FIELDS][0];
      if (text(path) !== "status") made.append(make("bdi", "path", text(path)), " ");
      if (before !== false || text(row[WORD]) === "update" || text(row[WORD]) === "withhold") {
        made.append(value(before), make("span", "arrow", " → "));
      }
      made.append(value(after));
    } else if (row[FIELDS].length) {
      const names = row[FIELDS].map(([path]) => text(path)).join(", ");
      made.append(make("bdi", "names", `${row[FIELDS].length} fields: ${names}`));
    }
    if (meta.reasoned.includes(text(row[WORD])) && text(row[REASON])) {
      made.append(row[FIELDS].length ? " " : "", make("bdi", "reason", text(row[REASON])));
    }
    return made;
  };

  const marks = (row) => {
    const made = cell("marks");
    for (const mark of row[MARKS].map(text)) {
      const loud = mark === "permanent" || mark === "may fire triggers";
      made.append(make("span", loud ? "mark loud" : "mark", mark));
    }
    return made;
  };

  const evidence = (row) => {
    const made = cell("evidence");
    const known = text(row[EVIDENCE]);
    if (known) {
      const button = make("button", `known ${known}`, known);
      button.type = "button";
      button.tabIndex = -1;
      button.dataset.tip = meta.evidence[known];
      made.append(button);
    }
    return made;
  };

  const word = (row) => {
    const said = text(row[WORD]);
    const made = cell(`word ${said}`);
    const sign = make("span", "sign", meta.signs[said]);
    sign.setAttribute("aria-hidden", "true");
    made.append(sign, make("span", "", said));
    return made;
  };

  /* One of our sentences: what stands between backticks is code. */
  const sentence = (told) => {
    const made = make("bdi");
    told.split(/`([^`]+)`/).forEach((part, odd) => {
      if (part) made.append(odd % 2 ? make("code", "", part) : part);
    });
    return made;
  };

  const fields = (row) => {
    const isNew = row[FIELDS].every(([, before]) => before === false || before === null);
    const made = make("table", isNew ? "fields new" : "fields");
    const head = make("tr");
    for (const name of ["Field", "Before", "After"]) {
      const heading = make("th", "", name);
      heading.scope = "col";
      head.append(heading);
    }
    made.append(make("thead"), make("tbody"));
    made.tHead.append(head);
    for (const [path, before, after] of row[FIELDS]) {
      const line = make("tr");
      const name = make("th");
      name.scope = "row";
      name.append(make("bdi", "path", text(path)));
      line.append(name);
      for (const [side, of] of [["before", before], ["after", after]]) {
        const box = make("td", of === false || of === null ? `${side} none` : side);
        box.append(value(of));
        line.append(box);
      }
      made.tBodies[0].append(line);
    }
    return made;
  };

  const facts = (row) => {
    const made = make("dl", "more");
    const add = (name, told) => {
      const pair = make("div");
      const box = make("dd");
      box.append(told);
      pair.append(make("dt", "", name), box);
      made.append(pair);
    };
    if (text(row[REASON])) add("Why", sentence(text(row[REASON])));
    const known = text(row[EVIDENCE]);
    if (known) add("Known by", `${known}: ${meta.evidence[known]}`);
    if (row[FILE] !== null) add("Declared at", make("bdi", "code", text(row[FILE]) + row[PLACE]));
    for (const [name, told] of row[MORE]) add(text(name), make("bdi", "code", told));
    return made;
  };

  const detail = (row) => {
    const made = make("div", "detail");
    made.setAttribute("role", "row");
    made.setAttribute("aria-level", state.group === "none" ? "2" : "3");
    const inner = make("div");
    inner.setAttribute("role", "gridcell");
    if (row[FIELDS].length) inner.append(fields(row));
    inner.append(facts(row));
    made.append(inner);
    return made;
  };

  const placeOf = (row) =>
    cell("place", row[FILE] === null ? "" : text(row[FILE]) + row[PLACE]);

  const rowNode = (number) => {
    const row = rows[number];
    const open = isOpen(number);
    const made = make("div", "item");
    const line = make("div", open ? "row open" : "row");
    line.setAttribute("role", "row");
    line.setAttribute("aria-level", state.group === "none" ? "1" : "2");
    line.setAttribute("aria-expanded", String(open));
    line.append(word(row), cell("address", row[ADDRESS]), move(row), marks(row), evidence(row), placeOf(row));
    made.append(line);
    if (open) made.append(detail(row));
    return made;
  };

  const groupNode = (group) => {
    const made = make("div", "item");
    const line = make("div", "group");
    line.setAttribute("role", "row");
    line.setAttribute("aria-level", "1");
    line.setAttribute("aria-expanded", String(!state.shut.has(group.key)));
    const name = cell("name");
    name.append(make("bdi", "", group.key), " ", make("span", "count", count(group.numbers.length)));
    line.append(name);
    made.append(line);
    return made;
  };

  const nodeOf = (index) => {
    const item = items[index];
    const made = typeof item === "number" ? rowNode(item) : groupNode(item);
    const line = made.firstChild;
    line.tabIndex = index === active ? 0 : -1;
    line.dataset.index = index;
    line.setAttribute("aria-rowindex", index + 1);
    return made;
  };

  /* The document keeps the order of the list: it is what a screen reader and the tabulator follow. */
  const following = (index) => {
    let nearest = Infinity;
    for (const other of nodes.keys()) if (other > index && other < nearest) nearest = other;
    return nearest === Infinity ? null : nodes.get(nearest);
  };

  const draw = () => {
    const top = above();
    const last = at(top + window.innerHeight + AHEAD);
    const wanted = new Set();
    for (let index = at(Math.max(0, top - AHEAD)); index <= last && index < items.length; index += 1) wanted.add(index);
    if (active < items.length) wanted.add(active); // so that the focus is never lost
    for (const [index, node] of nodes) {
      if (!wanted.has(index)) {
        node.remove();
        nodes.delete(index);
      }
    }
    const fresh = [];
    for (const index of wanted) {
      if (!nodes.has(index)) {
        const node = nodeOf(index);
        fresh.push([index, node]);
        holder.insertBefore(node, following(index));
        nodes.set(index, node);
      }
    }
    if (fresh.length && measure(fresh)) {
      draw();
      return;
    }
    for (const [index, node] of nodes) node.style.transform = `translateY(${tops[index]}px)`;
  };

  /* Correct what was guessed, and keep what is being looked at where it is. */
  const measure = (fresh) => {
    let changed = false;
    const first = at(above());
    const before = tops[first];
    for (const [index, node] of fresh) {
      const height = node.getBoundingClientRect().height;
      if (Math.abs(height - (tops[index + 1] - tops[index])) > 0.5) {
        const item = items[index];
        measured.set(typeof item === "number" ? item : item.key, height);
        changed = true;
      }
    }
    if (changed) {
      place();
      const moved = tops[first] - before;
      if (Math.abs(moved) > 0.5 && above() > 0) window.scrollBy(0, moved);
    }
    return changed;
  };

  const redraw = () => {
    for (const node of nodes.values()) node.remove();
    nodes = new Map();
    draw();
  };

  const tell = () => {
    const cut = items.length >= MOST ? `, the first ${count(MOST)} of them listed` : "";
    byId("shown").textContent =
      matching === rows.length
        ? `${count(matching)} ${meta.noun}${cut}`
        : `${count(matching)} of ${count(rows.length)} ${meta.noun}${cut}`;
    byId("empty").hidden = matching > 0 || rows.length < meta.count;
    holder.setAttribute("aria-rowcount", items.length);
  };

  /* What was asked for anew is looked at from its beginning. */
  const show = (anew = true) => {
    list();
    measured.clear();
    active = 0;
    place();
    if (anew && above() > 0) window.scrollTo(0, begin() - toolbar.getBoundingClientRect().height - 8);
    redraw();
    tell();
    for (const button of document.querySelectorAll("#filters button")) {
      const values = state.chosen.get(button.dataset.key);
      button.setAttribute("aria-pressed", String(Boolean(values && values.has(button.dataset.value))));
    }
  };

  /* ---------------------------------------------------------------- moving about */

  const go = (index, scroll = true) => {
    if (!items.length) return;
    const old = nodes.get(active);
    if (old) old.firstChild.tabIndex = -1;
    active = Math.max(0, Math.min(items.length - 1, index));
    draw();
    const line = nodes.get(active).firstChild;
    line.tabIndex = 0;
    line.focus({ preventScroll: true });
    if (!scroll) return;
    const top = begin() + tops[active];
    const bar = toolbar.getBoundingClientRect().height + 8;
    if (top < window.scrollY + bar) window.scrollTo(0, top - bar);
    else if (top + 48 > window.scrollY + window.innerHeight) window.scrollTo(0, top + 56 - window.innerHeight);
  };

  const turn = (index, open) => {
    const item = items[index];
    if (typeof item === "number") {
      if (isOpen(item) === open) return;
      if (state.turned.has(item)) state.turned.delete(item);
      else state.turned.add(item);
      measured.delete(item);
    } else {
      if (state.shut.has(item.key) === !open) return;
      if (open) state.shut.delete(item.key);
      else state.shut.add(item.key);
      list();
    }
    place();
    active = index;
    redraw();
    tell();
    go(index, false);
  };

  const isUnfolded = (index) =>
    typeof items[index] === "number" ? isOpen(items[index]) : !state.shut.has(items[index].key);

  const parent = (index) => {
    let up = index;
    while (up > 0 && typeof items[up] === "number") up -= 1;
    return up;
  };

  const page = () => Math.max(1, Math.floor((window.innerHeight - 120) / 44));
  const keys = {
    ArrowDown: () => go(active + 1),
    ArrowUp: () => go(active - 1),
    PageDown: () => go(active + page()),
    PageUp: () => go(active - page()),
    Home: () => go(0),
    End: () => go(items.length - 1),
    ArrowRight: () => (isUnfolded(active) ? go(active + 1) : turn(active, true)),
    ArrowLeft: () => (isUnfolded(active) ? turn(active, false) : go(parent(active))),
    Enter: () => turn(active, !isUnfolded(active)),
    " ": () => turn(active, !isUnfolded(active)),
  };

  holder.addEventListener("keydown", (event) => {
    if (event.target.dataset.index === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  holder.addEventListener("click", (event) => {
    const line = event.target.closest("[data-index]");
    if (!line || event.target.closest("button") || String(window.getSelection())) return;
    const index = Number(line.dataset.index);
    turn(index, !isUnfolded(index));
  });
  holder.addEventListener("focusin", (event) => {
    const line = event.target.closest("[data-index]");
    if (line) active = Number(line.dataset.index);
    for (const button of holder.querySelectorAll(".known")) {
      button.tabIndex = button.closest("[data-index]") === line ? 0 : -1;
    }
  });

  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    window.requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
  window.addEventListener("scroll", later, { passive: true });
  window.addEventListener("resize", () => {
    narrow = window.matchMedia("(max-width: 52rem)").matches;
    measured.clear();
    place();
    redraw();
  });

  /* ---------------------------------------------------------------- filters and search */

  const chip = (facet, [id, name, many, meaning]) => {
    const made = make("button", facet.key === "word" ? `tile ${id}` : "chip");
    made.type = "button";
    made.dataset.key = facet.key;
    made.dataset.value = id;
    made.setAttribute("aria-pressed", "false");
    if (facet.key === "word") {
      const sign = make("span", "sign", meta.signs[id]);
      sign.setAttribute("aria-hidden", "true");
      made.append(make("span", "many", count(many)), " ", sign, " ", make("span", "name", name));
    } else {
      made.append(make("span", "name", name), " ", make("span", "many", count(many)));
    }
    if (id === "permanent" || id === "may fire triggers") made.classList.add("loud");
    if (meaning) made.dataset.tip = meaning;
    made.disabled = many === 0;
    made.addEventListener("click", () => {
      const values = state.chosen.get(facet.key) || new Set();
      if (!values.delete(id)) values.add(id);
      state.chosen.set(facet.key, values);
      show();
    });
    return made;
  };

  for (const facet of meta.facets) {
    if (!facet.values.length) continue;
    const group = make("div", facet.key === "word" ? "tiles" : "chips");
    const label = make("span", "label", facet.label);
    label.id = `label-${facet.key}`;
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", label.id);
    group.append(label, ...facet.values.map((each) => chip(facet, each)));
    byId("filters").append(group);
  }

  for (const [key, [name]] of Object.entries(groupings)) {
    const label = make("label");
    const input = make("input");
    input.type = "radio";
    input.name = "group";
    input.value = key;
    input.checked = key === state.group;
    input.addEventListener("change", () => {
      state.group = key;
      state.shut.clear();
      show();
    });
    label.append(input, make("span", "", name));
    byId("grouping").append(label);
  }

  const search = byId("search");
  let timer = 0;
  const look = () => {
    state.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    show();
    holder.removeAttribute("aria-busy");
  };
  search.addEventListener("input", () => {
    window.clearTimeout(timer);
    holder.setAttribute("aria-busy", "true");
    timer = window.setTimeout(look, rows.length > 5000 ? 150 : 0);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && items.length) {
      event.preventDefault();
      go(0);
    }
  });
  const clear = () => {
    search.value = "";
    state.chosen.clear();
    look();
  };
  byId("clear").addEventListener("click", () => {
    clear();
    search.focus();
  });
  byId("unfold").addEventListener("click", (event) => {
    state.all = !state.all;
    state.turned.clear();
    event.currentTarget.setAttribute("aria-pressed", String(state.all));
    event.currentTarget.textContent = state.all ? "Fold all" : "Unfold all";
    measured.clear();
    place();
    redraw();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape") {
      if (!byId("tip").hidden) hush();
      else clear();
    }
  });

  /* ---------------------------------------------------------------- explanations */

  const tip = byId("tip");
  let explained = null;
  const hush = () => {
    if (explained) explained.removeAttribute("aria-describedby");
    explained = null;
    tip.hidden = true;
  };
  const explain = (event) => {
    const about = event.target.closest && event.target.closest("[data-tip]");
    if (tip.contains(event.target) || about === explained) return;
    hush();
    if (!about) return;
    explained = about;
    tip.textContent = about.dataset.tip;
    tip.hidden = false;
    about.setAttribute("aria-describedby", "tip");
    put();
  };
  const put = () => {
    if (!explained) return;
    if (!explained.isConnected) {
      hush();
      return;
    }
    const box = explained.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - own.width - 8));
    const below = box.bottom + own.height + 12 < window.innerHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${below ? box.bottom + 6 : Math.max(4, box.top - own.height - 6)}px`;
  };
  document.addEventListener("mouseover", explain);
  document.addEventListener("focusin", explain);
  document.addEventListener("focusout", hush);
  document.addEventListener("mouseleave", hush);
  window.addEventListener("scroll", put, { passive: true });

  /* ---------------------------------------------------------------- on paper */

  const paper = byId("paper");
  window.addEventListener("beforeprint", () => {
    paper.replaceChildren();
    let left = PRINTED;
    for (const item of items) {
      if (typeof item !== "number") {
        if (left > 0) paper.append(make("h2", "", `${item.key} (${count(item.numbers.length)})`));
        continue;
      }
      if (left === 0) break;
      left -= 1;
      const row = rows[item];
      const made = make("section");
      const line = make("p", "line");
      line.append(word(row), " ", make("bdi", "address", row[ADDRESS]), " ", move(row), " ", marks(row));
      made.append(line);
      if (row[FIELDS].length > 1) made.append(fields(row));
      made.append(facts(row));
      paper.append(made);
    }
    const rest = matching - (PRINTED - left);
    if (rest > 0) paper.append(make("p", "notice", `${count(rest)} more are not printed; narrow the filters, or open the file.`));
  });
  window.addEventListener("afterprint", () => paper.replaceChildren());

  /* ---------------------------------------------------------------- reading */

  const sources = [...document.querySelectorAll("script.rows")];
  const take = () => {
    const source = sources.shift();
    if (source) {
      for (const row of JSON.parse(source.textContent)) {
        rows.push(row);
        haystacks.push(hay(row));
      }
      source.remove();
    }
    if (!sources.length) {
      if (meta.count <= FIRST_OPEN) {
        rows.forEach((row, number) => {
          if (row[FIELDS].length > 1) state.turned.add(number);
        });
      }
      show(false);
      document.documentElement.dataset.ready = "true";
      return;
    }
    if (rows.length <= 4000) show(false);
    byId("shown").textContent = `Reading ${count(rows.length)} of ${count(meta.count)}`;
    window.setTimeout(take, 0);
  };
  narrow = window.matchMedia("(max-width: 52rem)").matches;
  take();
})();
