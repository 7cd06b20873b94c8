/* Thumbs: a visitor's judgements of answers and passages, shown wherever these appear. */
(() => {
  if (window.wenju.judging) return;
  const said = new Map(); // "query\npassage" → good or bad; without a passage, of the whole answer
  let server = null;
  const aboutOf = (button) => button.closest("[data-question]");
  const keyOf = (button) => `${aboutOf(button)?.dataset.query}\n${button.dataset.passage ?? ""}`;

  const unhappy = (query) => said.get(`${query}\n`) === "bad";

  const show = (root) => {
    for (const button of root.querySelectorAll("[data-judge]")) {
      button.setAttribute("aria-pressed", said.get(keyOf(button)) === button.dataset.judge);
    }
    for (const hint of root.querySelectorAll(".which")) {
      hint.hidden = !unhappy(aboutOf(hint).dataset.query);
    }
  };
  const showAll = () => show(document);

  let fading = 0;
  const tell = (html) => {
    const toast = document.querySelector(".toast");
    toast.innerHTML = html;
    toast.classList.add("shown");
    clearTimeout(fading);
    fading = setTimeout(() => toast.classList.remove("shown"), 2600);
  };
  const template = (name) => document.querySelector(`template.${name}`).innerHTML;

  window.wenju.actions.judge = async (verdict, button) => {
    const about = aboutOf(button)?.dataset;
    if (!about || !server) return;
    const { question, query } = about;
    const cited = JSON.parse(about.cited);
    const passage = button.dataset.passage ?? null;
    const key = keyOf(button);
    const before = said.get(key);
    const send = (opinion, withdraw) =>
      server.judge({ question, query, cited, passage, verdict: opinion, withdraw })
        .catch(() => document.querySelector(".complaint[data-about=offline]").innerHTML);
    const problem = (before && (await send(before, true))) || (before !== verdict && (await send(verdict, false)));
    if (problem) { tell(problem); return; }
    const instead = verdict === "good" && passage && cited.length > 0 && !cited.includes(passage);
    if (instead) { // only one passage can be named in place of the cited ones
      for (const [other, opinion] of said) {
        const [asked, id] = other.split("\n");
        if (asked === query && id && opinion === "good" && !cited.includes(id)) said.delete(other);
      }
    }
    if (before === verdict) said.delete(key); else said.set(key, verdict);
    showAll();
    tell(template(before === verdict ? "judged-off" : "judged"));
  };

  const listen = (given) => {
    server = given;
    document.body.append(document.querySelector(".toast")); // out of the bar, whose blur would confine it
  };
  window.wenju.judging = { show, unhappy, listen };
})();
