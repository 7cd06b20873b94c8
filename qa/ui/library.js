/* The library and the search: what is not a conversation. */
(() => {
  if (window.wenju.shelf) return;
  const chosen = new Set(); // documents to ask; all if empty
  const offline = () => {
    const said = document.querySelector(".complaint[data-about=offline]");
    return `<p class="loading" role="alert">${said.innerHTML}</p>`;
  };
  const busy = (element, is) => element.toggleAttribute("aria-busy", is);

  /* What was chosen in the library shows wherever it counts. */
  const showScope = () => {
    for (const scope of document.querySelectorAll(".scope")) scope.hidden = chosen.size === 0;
    for (const count of document.querySelectorAll(".scope .count")) count.textContent = chosen.size;
    for (const box of document.querySelectorAll(".documents input")) box.checked = chosen.has(box.value);
  };
  window.wenju.scope = () => (chosen.size ? [...chosen] : null);
  window.wenju.actions["clear-scope"] = () => { chosen.clear(); showScope(); };

  window.wenju.shelf = (element, server, upload, trigger) => {
    const list = element.querySelector(".documents");
    const refresh = async () => {
      list.innerHTML = await server.list_documents({}).catch(offline);
      const there = new Set([...list.querySelectorAll("input")].map((box) => box.value));
      for (const id of chosen) if (!there.has(id)) chosen.delete(id);
      showScope();
    };
    window.wenju.onView.library = refresh;
    const changed = () => { trigger("change", {}); window.wenju.greet(); };

    list.addEventListener("change", (event) => {
      const box = event.target;
      if (box.checked) chosen.add(box.value); else chosen.delete(box.value);
      showScope();
    });

    /* Removing asks once more, on the same button. */
    window.wenju.actions.remove = async (id, button) => {
      if (!button.classList.contains("done")) {
        button.classList.add("done");
        setTimeout(() => button.classList.remove("done"), 4000);
        return;
      }
      busy(button, true);
      const problem = await server.remove_document({ document: id }).catch(offline);
      await refresh();
      if (problem) list.insertAdjacentHTML("afterbegin", problem);
      changed();
    };

    const drop = element.querySelector(".drop");
    if (!drop) return; // this library is only read
    const arrivals = element.querySelector(".arrivals");
    const template = element.querySelector("template.arrival");
    let queue = Promise.resolve(); // one file at a time, in the order they came

    const receive = async (file, line) => {
      line.dataset.state = "reading";
      let report;
      try {
        report = await server.add_document({ name: file.name, path: (await upload(file)).path });
      } catch {
        report = { state: "failed", reason: offline() };
      }
      line.dataset.state = report.state;
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

  window.wenju.finder = (element, server) => {
    const field = element.querySelector("input");
    const found = element.querySelector(".found");
    window.wenju.onView.search = () => field.focus();
    window.wenju.translate();
    element.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      if (field.value.trim() === "") { field.focus(); return; }
      busy(found, true);
      const wanted = { query: field.value, documents: window.wenju.scope() };
      found.innerHTML = await server.find(wanted).catch(offline);
      busy(found, false);
    });
  };
})();
