/* The house's behaviour, by event delegation on the document; a page is complete without it.
   Hooks: data-search (`/` focuses it) · data-confirm="the consequence" on a submit button or a link ·
   data-once on a form (one submit) · data-guard on a form (warns before unsaved typing is lost) ·
   data-when="role a b" on a field (shown while the field `role` is a or b, or while it holds something itself) ·
   data-filter on a GET form (submits itself on change) · data-choose on a select (searchable) ·
   form[data-bulk-form] with input[data-pick-all], input[data-pick], [data-bulk], [data-bulk-count] ·
   details[data-menu] (closes on Escape and outside) · .definition-open (Escape shuts it) ·
   data-toast, data-toast-close · data-print (prints the page). */
"use strict";
(() => {
  const closest = (event, selector) =>
    event.target instanceof Element ? event.target.closest(selector) : null;
  const isTyping = (element) => element instanceof Element && element.closest("input, textarea, select, [contenteditable]");

  // On a phone the tab that is open may stand beyond the edge.
  document.querySelectorAll(".tabs [aria-current]").forEach((tab) => tab.scrollIntoView({ block: "nearest", inline: "center" }));

  // `/` focuses the search; Escape shuts menus and definitions.
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    });
    document.querySelectorAll(".definition-open:is(:focus, :hover)").forEach((button) => button.classList.add("is-shut"));
  });
  document.addEventListener("focusin", (event) => closest(event, ".definition-open")?.classList.remove("is-shut"));
  document.addEventListener("focusout", (event) => closest(event, ".definition-open")?.classList.remove("is-shut"));
  document.addEventListener("mouseout", (event) => closest(event, ".definition-open")?.classList.remove("is-shut"));

  // Clicks: menus, definitions, toasts, print, confirmation.
  const dialog = document.getElementById("confirm");
  let waiting = null;
  function ask(element) {
    waiting = element;
    dialog.querySelector("#confirm-text").textContent = element.dataset.confirm;
    const yes = dialog.querySelector("[data-confirm-yes]");
    yes.textContent = element.dataset.confirmLabel || element.textContent.trim();
    yes.className = element.matches(".btn-danger, .tone-red") ? "btn btn-danger" : "btn btn-primary";
    dialog.returnValue = "";
    dialog.showModal();
  }
  dialog?.addEventListener("close", () => {
    const element = waiting;
    waiting = null;
    if (!element || dialog.returnValue !== "yes") return;
    if (element.tagName === "A") { window.location.assign(element.href); return; }
    element.dataset.confirmed = "yes";
    element.form.requestSubmit(element);
    delete element.dataset.confirmed;
  });
  document.addEventListener("click", (event) => {
    const asked = closest(event, "[data-confirm]");
    if (asked && dialog && !asked.dataset.confirmed) { event.preventDefault(); ask(asked); return; }
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    closest(event, ".definition-open")?.focus();
    const close = closest(event, "[data-toast-close]");
    if (close) close.closest("[data-toast]").remove();
    if (closest(event, "[data-print]")) window.print();
  });

  // Forms: one submit, a warning before typing is lost, filters that submit themselves.
  let isLeavingOnPurpose = false;
  // A download or a refused departure leaves the page standing: the form may be sent again later.
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[type=submit][aria-disabled], button[aria-disabled]:not([type])").forEach((one) => one.removeAttribute("aria-disabled"));
  }
  document.addEventListener("input", (event) => {
    const form = closest(event, "form[data-guard]");
    if (form) form.dataset.dirty = "yes";
  });
  document.addEventListener("change", (event) => {
    const filter = closest(event, "form[data-filter]");
    if (filter && !event.target.matches("[type=search], [type=text], [type=date]")) filter.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (button?.dataset.confirm && !button.dataset.confirmed && dialog) {
      event.preventDefault();
      ask(button);
      return;
    }
    if (form.method === "dialog") return;
    if (form.hasAttribute("data-guard")) isLeavingOnPurpose = true;
    if (form.method !== "post" || form.hasAttribute("data-repeat")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    window.setTimeout(() => release(form), 10000);
    // After the browser has read the form, so that the pressed button's own value is sent.
    window.setTimeout(() => form.querySelectorAll("[type=submit], button:not([type])").forEach((one) => {
      one.setAttribute("aria-disabled", "true");
    }), 0);
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isLeavingOnPurpose = false;
    document.querySelectorAll("form[data-sent]").forEach(release);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeavingOnPurpose && document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
  });

  // Selection of rows: the bulk bar opens and counts.
  function count(form) {
    const picks = [...form.querySelectorAll("[data-pick]")];
    const chosen = picks.filter((pick) => pick.checked).length;
    const all = form.querySelector("[data-pick-all]");
    if (all) { all.checked = chosen > 0 && chosen === picks.length; all.indeterminate = chosen > 0 && chosen < picks.length; }
    form.querySelectorAll("[data-bulk]").forEach((bar) => bar.classList.toggle("is-open", chosen > 0));
    form.querySelectorAll("[data-bulk-count]").forEach((place) => { place.textContent = String(chosen); });
  }
  document.addEventListener("change", (event) => {
    const form = closest(event, "form[data-bulk-form]");
    if (!form || !event.target.matches("[data-pick], [data-pick-all]")) return;
    if (event.target.matches("[data-pick-all]")) {
      form.querySelectorAll("[data-pick]").forEach((pick) => { pick.checked = event.target.checked; });
    }
    count(form);
  });

  // Searchable choices. Tom Select hides the <select>, so its own input takes the field's label.
  function choose(root) {
    if (!window.TomSelect) return;
    root.querySelectorAll("select[data-choose]:not(.tomselected)").forEach((select) => {
      const words = select.labels?.[0]?.textContent.replace("*", "").trim() || select.getAttribute("aria-label") || "";
      const described = select.getAttribute("aria-describedby");
      const plugins = select.multiple ? { remove_button: { title: select.dataset.removeLabel || "×" } } : {};
      const made = new window.TomSelect(select, {
        plugins, maxOptions: 400, hidePlaceholder: true, openOnFocus: true, searchField: ["text"],
        render: { no_results: () => {
          const none = document.createElement("div");
          none.className = "no-results";
          none.textContent = select.dataset.emptyLabel || "—";
          return none;
        } },
      });
      select.setAttribute("aria-label", words);
      made.control_input.setAttribute("aria-label", words);
      made.control_input.removeAttribute("aria-labelledby");
      made.dropdown_content.setAttribute("aria-label", words);
      if (described) made.control_input.setAttribute("aria-describedby", described);
    });
  }
  // Fields that go with what another field says. Nothing that holds an answer is ever hidden.
  function suit(root) {
    root.querySelectorAll("[data-when]").forEach((item) => {
      const [name, ...values] = item.dataset.when.split(" ");
      const asked = item.form?.elements.namedItem(name);
      const place = item.closest(".field");
      if (!asked || !place) return;
      place.hidden = !values.includes(asked.value) && !item.value && !place.classList.contains("has-error");
    });
  }
  document.addEventListener("change", (event) => { if (event.target.form) suit(event.target.form); });
  function start(root) {
    suit(root);
    choose(root);
    root.querySelectorAll("form[data-bulk-form]").forEach(count);
    root.querySelector("[data-errors]")?.focus();
  }
  start(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
  });
})();
