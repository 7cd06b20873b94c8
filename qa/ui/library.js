/* The library and the search. */
(() => {
  if (window.wenju.shelf) return;
  const chosen = new Set(); // ids of the documents to ask; all if empty
  const offline = () => {
    const said = document.querySelector(".complaint[data-about=offline]");
    return `<p class="loading" role="alert">${said.innerHTML}</p>`;
  };
  const busy = (element, is) => element.toggleAttribute("aria-busy", is);

  /* Show the number of chosen documents wherever it matters. */
  const showScope = () => {
    for (const scope of document.querySelectorAll(".scope")) scope.hidden = chosen.size === 0;
    for (const count of document.querySelectorAll(".scope .count")) count.textContent = chosen.size;
    for (const box of document.querySelectorAll(".documents input")) box.checked = chosen.has(box.value);
  };
  window.wenju.scope = () => (chosen.size ? [...chosen] : null);
  window.wenju.actions["clear-scope"] = () => { chosen.clear(); showScope(); };

  const wording = (element, name) => element.querySelector(`template.${name}`).innerHTML;
  const pause = (time) => new Promise((done) => setTimeout(done, time));

  window.wenju.shelf = (element, given, upload) => {
    const server = window.wenju.ours(given);
    const list = element.querySelector(".documents");
    const refresh = async () => {
      list.innerHTML = await server.list_documents({}).catch(offline);
      const there = new Set([...list.querySelectorAll("input")].map((box) => box.value));
      for (const id of chosen) if (!there.has(id)) chosen.delete(id);
      showScope();
    };
    const rebuilding = rebuilder(element, server);
    window.wenju.onView.library = () => Promise.all([refresh(), rebuilding()]);
    const changed = () => { window.wenju.count(); window.wenju.greet(); };

    /* The judgements, as a file that `wenju eval` reads. */
    window.wenju.actions.feedback = async (_, button) => {
      const told = element.querySelector("#feedback .said");
      busy(button, true);
      const file = await server.feedback_file({}).catch(() => null);
      busy(button, false);
      if (!file) { told.innerHTML = offline(); return; }
      told.innerHTML = wording(element, file.said ? "exported" : "nothing-said");
      if (!file.said) return;
      for (const all of told.querySelectorAll(".all")) all.textContent = file.said;
      for (const count of told.querySelectorAll(".questions")) count.textContent = file.questions;
      window.wenju.download(file.jsonl, "application/jsonl", "jsonl");
    };

    list.addEventListener("change", (event) => {
      const box = event.target;
      if (box.checked) chosen.add(box.value); else chosen.delete(box.value);
      showScope();
    });

    /* Removing needs a second click on the same button. */
    window.wenju.actions.remove = async (id, button) => {
      if (!button.classList.contains("done")) {
        button.classList.add("done");
        setTimeout(() => button.classList.remove("done"), 4000);
        return;
      }
      busy(button, true);
      const problem = await server.remove_document({ document: id }).catch(offline);
      await refresh();
      for (const told of element.querySelectorAll("#rebuild .said")) told.innerHTML = "";
      if (problem) list.insertAdjacentHTML("afterbegin", problem);
      changed();
    };

    const drop = element.querySelector(".drop");
    if (!drop) return; // this library is read-only
    const arrivals = element.querySelector(".arrivals");
    const template = element.querySelector("template.arrival");
    let queue = Promise.resolve(); // one file at a time, in order

    const send = async (file, line) => {
      line.dataset.state = "sending";
      const { path } = await upload(file);
      line.dataset.state = "reading";
      return server.add_document({ name: file.name, path });
    };
    const receive = async (file, line) => {
      let report;
      if (file.size > Number(drop.dataset.limit)) {
        report = { state: "failed", reason: wording(element, "too-large") };
      } else {
        try {
          report = await send(file, line);
          if (report.state === "gone") report = await send(file, line); // another tab uploaded the same file
        } catch {
          report = { state: "failed", reason: offline() };
        }
      }
      line.dataset.state = report.state === "gone" ? "failed" : report.state;
      line.querySelector(".reason").innerHTML = report.reason;
      await refresh();
      changed();
    };
    const welcome = (files) => {
      for (const file of files) {
        const line = template.content.firstElementChild.cloneNode(true);
        line.querySelector(".name").textContent = file.name;
        arrivals.prepend(line);
        queue = queue.then(() => receive(file, line));
      }
    };
    const input = drop.querySelector("input");
    input.addEventListener("change", () => { welcome([...input.files]); input.value = ""; });
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    for (const name of ["dragleave", "drop"]) {
      drop.addEventListener(name, () => drop.classList.remove("over"));
    }
    drop.addEventListener("drop", (event) => { event.preventDefault(); welcome([...event.dataTransfer.files]); });
  };

  /* Re-indexing continues in the server even if the page is closed; this shows its progress. */
  const rebuilder = (element, server) => {
    const section = element.querySelector("#rebuild");
    if (!section) return () => {};
    const [model, button] = [section.querySelector("input"), section.querySelector("button")];
    const [line, told] = [section.querySelector(".progress"), section.querySelector(".said")];
    const bar = line.querySelector("progress");
    let watching = false;
    let news = false; // its result is new here: this page started it, or saw it running
    const show = (state) => {
      const running = state.state === "running";
      if (!model.value) model.value = state.model;
      button.disabled = running;
      line.hidden = !running;
      if (state.total) [bar.max, bar.value] = [state.total, state.done];
      else bar.removeAttribute("value");
      line.querySelector(".figures").textContent = state.total ? `${state.done} / ${state.total}` : "";
      news ||= running;
      // The library may have changed since an earlier visitor's success.
      told.innerHTML = news || state.state === "failed" ? state.said : "";
      return running;
    };
    const watch = async () => {
      if (watching) return;
      watching = true;
      try {
        while (show(await server.rebuilding({}))) await pause(400);
      } catch {
        told.innerHTML = offline();
      }
      watching = false;
    };
    section.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      news = true;
      try {
        if (show(await server.rebuild({ model: model.value }))) await watch();
      } catch {
        told.innerHTML = offline();
      }
    });
    return watch;
  };

  window.wenju.finder = (element, given) => {
    const server = window.wenju.ours(given);
    const field = element.querySelector("input");
    const found = element.querySelector(".found");
    window.wenju.onView.search = () => field.focus();
    window.wenju.translate();
    element.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      if (field.value.trim() === "") { // an empty query clears the results
        found.innerHTML = "";
        field.focus();
        return;
      }
      busy(found, true);
      const wanted = { query: field.value, documents: window.wenju.scope() };
      found.innerHTML = await server.find(wanted).catch(offline);
      window.wenju.translate();
      window.wenju.judging.show(found);
      busy(found, false);
    });
  };
})();
