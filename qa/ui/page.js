/* The page's own behaviour. Runs before the page is built, so that neither the
   language nor the theme is seen to change; everything listens on the document,
   because the conversation is rendered again with each answer. */
(() => {
  if (window.wenju) return; // Gradio may load the head twice
  const root = document.documentElement;

  const remember = (key, value) => {
    try { localStorage.setItem(`wenju-${key}`, value); } catch { /* private window: forget */ }
  };
  const remembered = (key) => {
    try { return localStorage.getItem(`wenju-${key}`); } catch { return null; }
  };

  /* Language: what was chosen here before, else what the browser asks for. */
  const setLanguage = (language) => {
    root.lang = language;
    const prefix = language === "en" ? "en" : "zh";
    for (const name of ["placeholder"]) {
      for (const element of document.querySelectorAll(`[data-${prefix}-${name}]`)) {
        element.setAttribute(name, element.getAttribute(`data-${prefix}-${name}`));
      }
    }
  };
  const translate = () => setLanguage(root.lang); // for what has just been built
  const browserLanguage = () => {
    const first = (navigator.languages || [navigator.language || "en"])[0] || "en";
    return first.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
  };
  setLanguage(remembered("language") || browserLanguage());

  /* Theme: Gradio follows the system and says so with a class; a choice made here wins. */
  const setTheme = () => {
    const chosen = remembered("theme");
    const dark = document.body.classList.contains("dark");
    if (chosen && dark !== (chosen === "dark")) document.body.classList.toggle("dark");
  };
  new MutationObserver(setTheme).observe(document.body, { attributeFilter: ["class"] });
  setTheme();

  const icon = document.createElement("link");
  icon.rel = "icon";
  icon.href = "data:image/svg+xml," + encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" ' +
    'fill="#b3362a"/><text x="16" y="23" font-size="20" text-anchor="middle" fill="#fff" ' +
    'font-family="serif">据</text></svg>');
  document.querySelectorAll("link[rel~=icon]").forEach((old) => old.remove());
  document.head.append(icon);

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const scrollTo = (element, block) =>
    element.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block });

  /* [n] in the answer: its card comes into view, takes the focus and flashes. */
  const openCard = (id) => {
    const card = document.getElementById(id);
    if (!card) return;
    const mark = card.querySelector("mark");
    scrollTo(mark && card.offsetHeight > innerHeight * 0.6 ? mark : card, "center");
    card.focus({ preventScroll: true });
    card.classList.remove("flash");
    void card.offsetWidth; // restarts the animation
    card.classList.add("flash");
  };

  /* The clipboard's own interface is there on https and localhost only. */
  const copy = async (line) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(line);
    const field = document.createElement("textarea");
    field.value = line;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };

  /* The pages: asking, searching, the library. */
  const onView = {}; // what to do when one is opened
  const markView = () => {
    for (const button of document.querySelectorAll("[data-goto]")) {
      if (button.dataset.goto === root.dataset.view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  };
  root.dataset.view = "ask";

  const actions = {
    goto: (view) => {
      root.dataset.view = view;
      markView();
      window.scrollTo(0, 0);
      onView[view]?.();
    },
    card: openCard,
    focus: (id) => document.getElementById(id)?.focus(),
    ask: (question) => { actions.goto("ask"); window.wenju.ask(question); },
    unfold: (_, button) => {
      const open = button.closest(".card").classList.toggle("open");
      button.setAttribute("aria-expanded", open);
    },
    copy: async (line, button) => {
      await copy(line);
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 1600);
    },
    switch: (what) => {
      if (what === "language") {
        setLanguage(root.lang === "en" ? "zh-CN" : "en");
        remember("language", root.lang);
      } else {
        remember("theme", document.body.classList.contains("dark") ? "light" : "dark");
        setTheme();
      }
    },
  };
  document.addEventListener("click", (event) => {
    for (const [name, act] of Object.entries(actions)) {
      const element = event.target.closest(`[data-${name}]`);
      if (!element) continue;
      if (element.tagName === "A") event.preventDefault();
      act(element.getAttribute(`data-${name}`), element);
      return;
    }
  });

  const roomy = () => matchMedia("(min-width: 800px)").matches; // no keyboard in the face on a phone
  const PATIENCE = 8000; // for a question to show on the page
  let busyUntil = 0; // one question at a time
  let asked = ""; // the turn that was asked last
  let heard = 0; // how often the conversation has changed
  let refocus = false; // the focus was on what an answer takes the place of

  /* The question box; called by Gradio when its component is ready. */
  const questionBox = (element, trigger) => {
    const form = element.querySelector("form");
    const field = form.querySelector("textarea");
    const complain = (about) => {
      for (const one of element.querySelectorAll(".complaint")) one.hidden = one.dataset.about !== about;
    };
    const grow = () => {
      field.style.height = "auto";
      field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
    };
    const tell = (event, data, unheard) => {
      busyUntil = Date.now() + PATIENCE; // or until its answer shows; see conversation
      const before = heard;
      trigger(event, data);
      setTimeout(() => {
        if (heard !== before) return;
        complain("offline");
        unheard();
      }, PATIENCE);
    };
    const ready = () => Date.now() >= busyUntil;
    window.wenju.ask = (question) => {
      if (!ready()) return; // the text stays in the box
      const blank = question.trim() === "";
      complain(blank ? "blank" : "");
      if (blank) { field.focus(); return; }
      tell("submit", { question, documents: window.wenju.scope() }, () => {
        if (field.value === "") { field.value = question; grow(); } // nothing typed is lost
      });
      field.value = "";
      grow();
    };
    actions.again = () => {
      if (!ready()) return;
      refocus = true;
      tell("undo", { documents: window.wenju.scope() }, () => { refocus = false; });
    };
    actions.save = () => trigger("download", { language: root.lang });
    actions.new = () => {
      if (!ready()) return;
      tell("clear", {}, () => {});
      if (roomy()) field.focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      window.wenju.ask(field.value);
    });
    field.addEventListener("input", () => { complain(""); grow(); });
    field.addEventListener("keydown", (event) => {
      // While a Chinese input method is composing, Enter picks a word.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    });
    translate();
    if (roomy()) field.focus();
  };

  const conversation = (element, server) => {
    /* Until something is asked: a welcome, soon with questions to ask. */
    const idle = () => Date.now() >= busyUntil && !element.querySelector(".turn");
    window.wenju.greet = async () => {
      for (const service of [server.opening, server.suggest]) {
        const html = idle() && (await service({}).catch(() => ""));
        if (html && idle()) element.innerHTML = html;
      }
    };
    window.wenju.greet();

    /* A new question scrolls to the top of what is read. */
    new MutationObserver(() => {
      const last = [...element.querySelectorAll(".turn")].pop();
      if (!last && !asked) return;
      heard += 1;
      if (!last) { // started over
        asked = "";
        busyUntil = 0;
        window.wenju.greet();
        return;
      }
      if (last.id !== asked) scrollTo(last, "start");
      asked = last.id;
      if (last.classList.contains("pending")) return;
      busyUntil = 0;
      if (refocus) last.querySelector(".question").focus({ preventScroll: true });
      refocus = false;
    }).observe(element, { childList: true, subtree: true });
  };

  /* The conversation as a file; it comes as HTML that shows it, and is saved as text. */
  const save = (html) => {
    const words = new DOMParser().parseFromString(html, "text/html").body.textContent;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([words], { type: "text/markdown" }));
    link.download = `wenju-${new Date().toLocaleDateString("sv")}.md`; // Sweden writes 2026-11-22
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  const top = (watch) => { markView(); watch("value", markView); };

  window.wenju = {
    actions, onView, top, translate, questionBox, conversation, save, ask: () => {}, scope: () => null, greet: () => {},
  };
})();
