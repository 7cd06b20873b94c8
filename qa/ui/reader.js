/* The reader: a document in a window over the page, scrolled to the cited passage. */
(() => {
  if (window.wenju.reader) return;

  window.wenju.reader = (element, given) => {
    const server = window.wenju.ours(given);
    const dialog = element.querySelector("dialog");
    const body = dialog.querySelector(".reader-body");
    const failure = body.innerHTML; // shown until a document is loaded

    const toMark = () => {
      const view = body.querySelector(dialog.dataset.view === "stored" ? ".as-stored" : ".as-cut");
      const mark = view?.querySelector("mark") || view?.querySelector(".here");
      if (mark) mark.scrollIntoView({ block: "center" });
      else body.scrollTop = 0;
    };
    const show = (view) => {
      dialog.dataset.view = view;
      for (const button of dialog.querySelectorAll("[data-view-of]")) {
        button.setAttribute("aria-pressed", button.dataset.viewOf === view);
      }
      toMark();
    };

    const choosing = dialog.querySelector(".choosing");
    const choose = (whether) => choosing.setAttribute("aria-pressed", whether);
    choosing.addEventListener("click", () => choose(choosing.getAttribute("aria-pressed") !== "true"));

    window.wenju.actions.read = async (passage, button) => {
      button.setAttribute("aria-busy", "true");
      const about = button.closest("[data-question]"); // the question that a chosen passage answers
      for (const name of ["question", "query", "cited"]) {
        if (about) dialog.dataset[name] = about.dataset[name];
        else delete dialog.dataset[name];
      }
      try {
        body.innerHTML = await server.read_document({
          passage, document: button.dataset.document, marks: JSON.parse(button.dataset.marks || "[]"),
          choose: Boolean(about),
        });
      } catch {
        body.innerHTML = failure;
      }
      button.removeAttribute("aria-busy");
      window.wenju.judging.show(dialog);
      choosing.hidden = !about;
      choose(Boolean(about) && window.wenju.judging.unhappy(about.dataset.query));
      if (!dialog.open) dialog.showModal();
      body.focus({ preventScroll: true });
      show("cut");
    };

    dialog.addEventListener("click", (event) => {
      const view = event.target.closest("[data-view-of]");
      if (view) show(view.dataset.viewOf);
      if (event.target === dialog || event.target.closest(".close")) dialog.close();
    });
  };
})();
