/* The attendance grid. Markup (macros/grid.html writes it):
     <p data-grid-status aria-live="polite"></p>
     <table data-grid data-save-url="/…" data-values="P A E R" data-counted="P R" data-version="…"
            data-words='{"P": "présent", …}' data-marks='{"P": "P", …}' data-texts='{"saving": …, "saved": …, "offline": …,
            "refused": …, "expired": …, "empty": …}'>  [data-readonly]
       <th data-column="7" data-minutes="210">           minutes of the half-day, for totals in hours
       <td><button type="button" data-row="31" data-column="7" data-value="P" data-label="Amina Idrissi, 8 sept. matin">
     [data-left] the cells still empty, [data-left-line] hidden once there is none.
     Totals, anywhere in the page: [data-total-row="31"] half-days counted, [data-hours-row="31"] hours counted,
     [data-total-column="7"] people counted, [data-total-value="A"] cells holding that letter.
     button[data-fill="P"][data-fill-column="7"] gives the letter to the empty cells of a column.
   Keys: arrows (mirrored in Arabic), Home, End, Ctrl+Home, Ctrl+End; a letter writes and goes one row down, from the last row to the top of the next column; Delete clears;
   Enter, Space or a click turns to the next letter.
   Saving: POST data-save-url, JSON {"cells": [{"row", "column", "value"}], "version"?}, header X-CSRFToken. 2xx saves; the
   answer may hold {"message", "version", "refused": [{"row", "column", "message"}]}. A 4xx is shown and kept, a 5xx or a lost
   network is tried again. Unsaved cells carry data-unsaved, refused ones data-failed; leaving with either asks first. */
"use strict";
(() => {
  const RETRY = [2000, 5000, 15000, 30000];
  const LIMIT = 500;
  document.querySelectorAll("table[data-grid]").forEach(start);

  function start(table) {
    const values = (table.dataset.values || "P A E R").split(" ");
    const counted = (table.dataset.counted || "P R").split(" ");
    const words = JSON.parse(table.dataset.words || "{}");
    const marks = JSON.parse(table.dataset.marks || "{}");
    const texts = JSON.parse(table.dataset.texts || "{}");
    const isReadonly = table.hasAttribute("data-readonly");
    const status = document.querySelector("[data-grid-status]");
    const token = document.querySelector("meta[name=csrf-token]").content;
    const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("button[data-row]")])
      .filter((row) => row.length);
    const cells = rows.flat();
    if (!cells.length) return;
    const minutes = new Map([...table.querySelectorAll("th[data-column]")].map((head) => [head.dataset.column, Number(head.dataset.minutes || 0)]));
    const waiting = new Map();
    let timer = null;
    let failures = 0;
    let isSaving = false;
    let version = table.dataset.version;

    const keyOf = (cell) => `${cell.dataset.row}:${cell.dataset.column}`;
    const byKey = new Map(cells.map((cell) => [keyOf(cell), cell]));

    function show(cell) {
      const value = cell.dataset.value;
      cell.textContent = value ? marks[value] || value : "·";
      cell.setAttribute("aria-label", `${cell.dataset.label || ""} : ${value ? words[value] || value : texts.empty || ""}`);
    }
    function say(state, text) {
      if (!status) return;
      status.dataset.state = state;
      status.textContent = text || "";
    }
    function write(selector, number) {
      document.querySelectorAll(selector).forEach((place) => { place.textContent = number; });
    }
    function total() {
      const byRow = new Map(), hours = new Map(), byColumn = new Map(), byValue = new Map(values.map((value) => [value, 0]));
      const add = (map, key, amount) => map.set(key, (map.get(key) || 0) + amount);
      cells.forEach(({ dataset: { row, column, value } }) => {
        const counts = counted.includes(value);
        add(byRow, row, counts ? 1 : 0);
        add(hours, row, counts ? (minutes.get(column) || 0) / 60 : 0);
        add(byColumn, column, counts ? 1 : 0);
        if (value) add(byValue, value, 1);
      });
      const spoken = new Intl.NumberFormat(document.documentElement.lang === "ar" ? "ar-MA-u-nu-latn" : "fr-MA", { maximumFractionDigits: 2 });
      byRow.forEach((number, row) => write(`[data-total-row="${CSS.escape(row)}"]`, number));
      hours.forEach((number, row) => write(`[data-hours-row="${CSS.escape(row)}"]`, spoken.format(number)));
      byColumn.forEach((number, column) => write(`[data-total-column="${CSS.escape(column)}"]`, number));
      const left = cells.filter((cell) => !cell.dataset.value && !cell.hasAttribute("aria-disabled")).length;
      write("[data-left]", spoken.format(left));
      document.querySelectorAll("[data-left-line]").forEach((line) => { line.hidden = !left; });
      byValue.forEach((number, value) => write(`[data-total-value="${CSS.escape(value)}"]`, number));
    }

    function set(cell, value) {
      if (isReadonly || cell.hasAttribute("aria-disabled") || cell.dataset.value === value) return;
      cell.dataset.value = value;
      cell.dataset.unsaved = "";
      delete cell.dataset.failed;
      cell.removeAttribute("title");
      show(cell);
      waiting.set(keyOf(cell), value);
      total();
      plan(350);
    }
    function plan(delay) {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, delay);
    }
    function refuse(key, message) {
      const cell = byKey.get(key);
      if (!cell) return;
      cell.dataset.failed = "";
      if (message) cell.title = message;
    }
    async function save() {
      if (isSaving || !waiting.size) return;
      isSaving = true;
      const sent = new Map([...waiting].slice(0, LIMIT));
      say("saving", texts.saving);
      const body = { cells: [...sent].map(([key, value]) => ({ row: byKey.get(key).dataset.row, column: byKey.get(key).dataset.column, value })) };
      if (version) body.version = version;
      let next = 0;
      try {
        const answer = await fetch(table.dataset.saveUrl, {
          method: "POST", credentials: "same-origin", redirect: "error", keepalive: body.cells.length < 200,
          headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
          body: JSON.stringify(body),
        });
        const said = await answer.json().catch(() => ({}));
        if (answer.status >= 500 || answer.status === 429) throw new Error("later");
        failures = 0;
        settle(sent, answer, said);
        next = waiting.size && answer.ok ? 50 : 0;
      } catch {
        next = RETRY[Math.min(failures, RETRY.length - 1)];
        failures += 1;
        say("error", texts.offline);
      } finally {
        isSaving = false;
      }
      if (next) plan(next);
    }
    function settle(sent, answer, said) {
      const refused = new Map((said.refused || []).map((one) => [`${one.row}:${one.column}`, one.message]));
      sent.forEach((value, key) => {
        if (waiting.get(key) !== value) return;
        waiting.delete(key);
        if (!answer.ok) refuse(key, said.message);
        else if (refused.has(key)) refuse(key, refused.get(key));
        else delete byKey.get(key).dataset.unsaved;
      });
      if (said.version) version = String(said.version);
      if (answer.ok && !refused.size) say("saved", said.message || texts.saved);
      else say("error", said.message || [...refused.values()][0] || (answer.status === 401 ? texts.expired : texts.refused));
    }

    // Roving tabindex: one cell is in the tab order, arrows move it.
    let place = [0, 0];
    function go(row, column, hasFocus = true) {
      rows[place[0]][place[1]].tabIndex = -1;
      const line = Math.max(0, Math.min(row, rows.length - 1));
      place = [line, Math.max(0, Math.min(column, rows[line].length - 1))];
      const cell = rows[place[0]][place[1]];
      cell.tabIndex = 0;
      if (hasFocus) cell.focus();
    }
    function find(cell) {
      const row = rows.findIndex((line) => line.includes(cell));
      return [row, rows[row].indexOf(cell)];
    }
    function letter(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return null;
      const typed = event.key.toUpperCase();
      const known = values.find((value) => value === typed || marks[value] === event.key);
      if (known) return known;
      // An Arabic keyboard gives another character for the same key.
      return /^[\u0600-\u06ff]$/.test(event.key) ? values.find((value) => event.code === `Key${value}`) || null : null;
    }
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest("button[data-row]");
      if (!cell) return;
      const [row, column] = find(cell);
      const forward = document.documentElement.dir === "rtl" ? -1 : 1;
      const steps = {
        ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
        ArrowRight: [row, column + forward], ArrowLeft: [row, column - forward],
        Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? rows.length - 1 : row, Infinity],
      };
      const written = letter(event);
      if (steps[event.key]) go(...steps[event.key]);
      else if (written) {
        set(cell, written);
        if (row + 1 < rows.length) go(row + 1, column);
        else if (column + 1 < rows[0].length) go(0, column + 1);
      }
      else if (event.key === "Delete" || event.key === "Backspace") set(cell, "");
      else return;
      event.preventDefault();
    });
    table.addEventListener("click", (event) => {
      const cell = event.target.closest("button[data-row]");
      if (!cell) return;
      go(...find(cell));
      set(cell, values[(values.indexOf(cell.dataset.value) + 1) % values.length]);
    });
    document.addEventListener("click", (event) => {
      const fill = event.target instanceof Element ? event.target.closest("button[data-fill]") : null;
      if (!fill) return;
      cells.filter((cell) => cell.dataset.column === fill.dataset.fillColumn && !cell.dataset.value)
        .forEach((cell) => set(cell, fill.dataset.fill));
    });
    window.addEventListener("online", () => { failures = 0; plan(0); });
    window.addEventListener("beforeunload", (event) => {
      if (waiting.size || table.querySelector("[data-failed]")) { save(); event.preventDefault(); }
    });

    cells.forEach((cell) => { cell.tabIndex = -1; show(cell); });
    go(0, 0, false);
    total();
  }
})();
