/* Repeated rows of a form, numbered as WTForms' FieldList wants them.
     <div data-rows> <div data-row-item> fields named list-0-name … <button data-row-remove> </div> … </div>
     <button data-row-add>
   A new row is a copy of the last one without its id: a morning is followed by its afternoon, that by the next morning. */
"use strict";
(() => {
  const rows = document.querySelector("[data-rows]");
  if (!rows) return;
  let next = Math.max(-1, ...[...rows.querySelectorAll("[name]")].map((field) => Number((field.name.match(/-(\d+)-/) || [0, -1])[1]))) + 1;

  function after(day) {
    const date = new Date(`${day}T12:00:00Z`);
    if (Number.isNaN(date.getTime())) return day;
    date.setUTCDate(date.getUTCDate() + 1);
    return date.toISOString().slice(0, 10);
  }
  function add() {
    const last = rows.lastElementChild;
    const copy = last.cloneNode(true);
    const number = `-${next}-`;
    copy.querySelectorAll(".field-error").forEach((error) => error.remove());
    copy.querySelectorAll("[id], [name], [for], [aria-describedby]").forEach((part) => {
      ["id", "name", "for"].forEach((name) => {
        if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/-\d+-/, number));
      });
      part.removeAttribute("aria-describedby");
      part.removeAttribute("aria-invalid");
    });
    copy.setAttribute("aria-label", copy.getAttribute("aria-label").replace(/\d+$/, String(rows.children.length + 1)));
    const of = (row, name) => row.querySelector(`[name$="-${name}"]`);
    ["half_day", "module_id", "commune_id", "venue", "trainer", "hours"].forEach((name) => { of(copy, name).value = of(last, name).value; });
    of(copy, "sitting_id").value = "";
    const isMorning = of(last, "half_day").value === "am";
    of(copy, "half_day").value = isMorning ? "pm" : "am";
    of(copy, "on_date").value = isMorning ? of(last, "on_date").value : after(of(last, "on_date").value);
    rows.append(copy);
    next += 1;
    of(copy, "on_date").focus();
  }
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("[data-row-add]")) add();
    const removed = event.target.closest("[data-row-remove]");
    if (removed && rows.children.length > 1) {
      removed.closest("[data-row-item]").remove();
      document.querySelector("[data-row-add]").focus();
    }
  });
})();
