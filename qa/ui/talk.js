/* The question box, and the conversation, which is rendered again with each answer. */
(() => {
  if (window.wenju.conversation) return;
  const { actions, ours, translate, scrollTo, visitor } = window.wenju;
  const root = document.documentElement;

  const roomy = () => matchMedia("(min-width: 800px)").matches; // on a phone the keyboard would cover the answer
  const PATIENCE = 8000; // milliseconds until a question must show on the page
  let busyUntil = 0; // time until which no other question is sent
  let asked = ""; // the id of the turn that was asked last
  let heard = 0; // number of changes of the conversation
  let refocus = false; // the focus was on an element that an answer replaces

  /* Set up the question box; called by Gradio when its component is ready. */
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
      busyUntil = Date.now() + PATIENCE; // or until it shows; see conversation
      const before = heard;
      trigger(event, { ...data, visitor });
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
        if (field.value === "") { field.value = question; grow(); } // give the text back, unless something was typed meanwhile
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
      // While a Chinese input method is composing, Enter chooses a word.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    });
    translate();
    if (roomy()) field.focus();
  };

  const conversation = (element, given) => {
    const server = ours(given);
    window.wenju.judging.listen(server);
    /* Before the first question: the welcome, soon with suggestions. */
    const idle = () => Date.now() >= busyUntil && !element.querySelector(".turn");
    window.wenju.greet = async () => {
      for (const service of [server.opening, server.suggest]) {
        const html = idle() && (await service({}).catch(() => ""));
        if (html && idle()) element.innerHTML = html;
        translate();
      }
    };
    window.wenju.greet();

    /* A new question scrolls to the top of the view. */
    new MutationObserver(() => {
      const last = [...element.querySelectorAll(".turn")].pop();
      if (!last && !asked) return;
      heard += 1;
      translate();
      window.wenju.judging.show(element);
      if (!last) { // the conversation was cleared
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

  Object.assign(window.wenju, { questionBox, conversation });
})();
