/* The page's own behaviour. Runs before the page is built, so that neither the
   language nor the theme is seen to change; everything listens on the document,
   because the conversation is rendered again with each answer. */
(() => {
  if (window.wenju) return; // Gradio may load the head twice
  const root = document.documentElement;

  const remember = (key, value) => {
    try { localStorage.setItem(`wenju-${key}`, value); } catch { /* a private window stores nothing */ }
  };
  const remembered = (key) => {
    try { return localStorage.getItem(`wenju-${key}`); } catch { return null; }
  };

  /* Language: the one chosen here before, else the browser's. */
  const setLanguage = (language) => {
    root.lang = language;
    const prefix = language === "en" ? "en" : "zh";
    for (const name of ["placeholder", "title"]) {
      for (const element of document.querySelectorAll(`[data-${prefix}-${name}]`)) {
        element.setAttribute(name, element.getAttribute(`data-${prefix}-${name}`));
      }
    }
  };
  const translate = () => setLanguage(root.lang); // for elements that were just added
  const browserLanguage = () => {
    const first = (navigator.languages || [navigator.language || "en"])[0] || "en";
    return first.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
  };
  setLanguage(remembered("language") || browserLanguage());

  /* What a visitor adds to a public page is kept under a secret of this tab: a cookie would not
     reach a page within a frame, as a Space is shown. */
  const secret = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  };
  let visitor = null;
  try { visitor = sessionStorage.getItem("wenju-visitor"); } catch { /* without storage, valid until a reload */ }
  visitor = visitor || secret();
  try { sessionStorage.setItem("wenju-visitor", visitor); } catch { /* as above */ }
  /* The server's functions, each called with the visitor's secret. */
  const ours = (server) => new Proxy({}, {
    get: (_, name) => (wanted) => server[name]({ ...wanted, visitor }),
  });

  /* Theme: Gradio follows the system and sets a class; a choice made here takes precedence. */
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

  /* [n] in the answer: scroll to its card, focus it and let it flash. */
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

  /* The clipboard API exists on https and localhost only. */
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
  const onView = {}; // what to run when one is opened
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

  const download = (words, type, suffix) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([words], { type }));
    link.download = `wenju-${new Date().toLocaleDateString("sv")}.${suffix}`; // the Swedish format is ISO 8601
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  /* Save the conversation as a file; it arrives as HTML and is saved as text. */
  const save = (html) => {
    const words = new DOMParser().parseFromString(html, "text/html").body.textContent;
    download(words, "text/markdown", "md");
  };

  /* Update the size of the visitor's library in the bar. */
  const top = (element, given) => {
    markView();
    translate();
    const line = element.querySelector(".library");
    window.wenju.count = async () => {
      const html = await ours(given).count_library({}).catch(() => "");
      if (html) line.innerHTML = html;
    };
    window.wenju.count();
  };

  window.wenju = {
    actions, onView, ours, visitor, top, translate, scrollTo, save, download,
    ask: () => {}, scope: () => null, greet: () => {}, count: () => {},
  };
})();
