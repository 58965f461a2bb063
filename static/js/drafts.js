/* Drafts: what is typed in a form[data-guard] is kept in this tab until it is saved, and offered when the page opens again.
     <meta name="reader" content="the account's id">   without it nothing is kept: nobody is signed in
     <template id="draft">  a notice with [data-draft-take] and [data-draft-drop]
   Never kept: passwords, files, hidden fields, and fields that hold a national id (RULES D1). Kept in sessionStorage: gone
   with the tab, and with signing out. A field of a row that is not there yet is reached by [data-row-add]. */
"use strict";
(() => {
  const reader = document.querySelector("meta[name=reader]")?.content;
  const notice = document.getElementById("draft");
  const SENT = "draft-sent";
  const PRIVATE = /national_id|password|card|code_totp/;
  const MOST_ROWS = 60;
  const here = `${location.pathname}${location.search}`;
  const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith("draft:"));

  document.addEventListener("submit", (event) => {
    if (event.target.action?.endsWith("/sign-out")) [...keys(), SENT].forEach((key) => sessionStorage.removeItem(key));
  });
  // A failure says nothing of what was sent, whoever reads it: the draft waits for the way back.
  const failed = document.querySelector("[data-draft-wait]") && sessionStorage.getItem(SENT);
  if (failed) {
    sessionStorage.removeItem(SENT);
    document.addEventListener("submit", (event) => { if (event.target.matches("[data-again]")) sessionStorage.setItem(SENT, failed); });
  }
  if (!reader || !notice) return;

  const keyOf = (form) => `draft:${reader}:${here}:${form.getAttribute("action") || ""}`;
  const isKept = (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type)
    && !PRIVATE.test(field.name) && !field.closest("[data-private]");
  const valueOf = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    return field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
  };
  const fieldsOf = (form) => [...form.elements].filter(isKept);
  const nameOf = (field) => (field.type === "checkbox" || field.type === "radio" ? `${field.name}=${field.value}` : field.name);
  const read = (form) => JSON.stringify(fieldsOf(form).map((field) => [nameOf(field), valueOf(field)]));

  function write(field, value) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = value;
    else if (field.tomselect) field.tomselect.setValue(value);
    else if (field.multiple) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
    else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function take(form, text) {
    JSON.parse(text).forEach(([name, value]) => {
      const find = () => fieldsOf(form).find((field) => nameOf(field) === name);
      for (let tries = 0; !find() && /-\d+-/.test(name) && tries < MOST_ROWS; tries += 1) {
        const more = form.querySelector("[data-row-add]");
        if (!more) break;
        more.click();
      }
      const field = find();
      if (field && JSON.stringify(valueOf(field)) !== JSON.stringify(value)) write(field, value);
    });
    form.dataset.dirty = "yes";
  }
  function offer(form, key, text) {
    const shown = notice.content.firstElementChild.cloneNode(true);
    form.prepend(shown);
    shown.addEventListener("click", (event) => {
      if (event.target.closest("[data-draft-take]")) { take(form, text); shown.remove(); form.querySelector("input:not([type=hidden]), select, textarea")?.focus(); }
      if (event.target.closest("[data-draft-drop]")) { sessionStorage.removeItem(key); shown.remove(); }
    });
  }

  const sent = sessionStorage.getItem(SENT);
  // Refused forms come back with their errors and what was typed; any other answer means that it was saved.
  // A page that asks who it is first ([data-draft-wait]) says nothing of it: the draft waits for the way back.
  if (sent && !document.querySelector("[data-draft-wait]") && !document.querySelector("form[data-guard] [data-errors]")) sessionStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);

  document.querySelectorAll("form[data-guard]").forEach((form) => {
    const key = keyOf(form);
    const known = sessionStorage.getItem(key);
    if (known && known !== read(form) && !form.querySelector("[data-errors]")) offer(form, key, known);
    let timer = null;
    const keep = () => {
      try { sessionStorage.setItem(key, read(form)); } catch { /* The tab's store is full: the page goes on without. */ }
    };
    ["input", "change"].forEach((kind) => form.addEventListener(kind, () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(keep, 400);
    }));
    form.addEventListener("submit", () => {
      window.clearTimeout(timer);
      keep();
      sessionStorage.setItem(SENT, key);
    });
  });
})();
