"use strict";
// The whole: what is looked for, which card is open, keys, and the address that says both.
{
  const { el, t, button, number } = gyogwa;
  const $ = (id) => document.getElementById(id);
  const phone = matchMedia("(max-width: 760px)");
  const state = { query: "", chosen: new Map(), card: -1, id: "", reviewing: false };
  let meta, table, list, review, within = null, fits = new Uint32Array(0), asked = 0;

  const theme = (name) => {
    if (name === "light" || name === "dark") document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
  };
  theme(gyogwa.remember("theme"));

  const numberOf = async (id) => {
    if (!/^[0-9a-f]{8,64}$/u.test(id)) return -1;
    const bucket = await gyogwa.load(`ids-${id.slice(0, meta.digits)}`);
    return bucket[id] ?? -1;
  };

  const address = (withCard = true) => {
    const told = new URLSearchParams();
    if (withCard && state.id) told.set("card", state.id);
    if (state.query) told.set("q", state.query);
    for (const [name, values] of state.chosen) for (const value of values) told.append(name, value);
    if (state.reviewing) told.set("review", "1");
    return `#${told}`;
  };
  const remember = () => history.replaceState(null, "", address());

  const counted = () => {
    const all = Object.entries(meta.there).map(([kind, there]) =>
      (meta.shown[kind] ?? 0) < there ? t(`N of M ${kind}s`).replace("N", number(meta.shown[kind] ?? 0)).replace("M", number(there)) : "").filter(Boolean);
    $("count").replaceChildren(el("strong", {}, t(fits.length === 1 ? "N card" : "N cards").replace("N", number(fits.length))),
      all.length ? el("small", {}, `${t("has cards of")} ${all.join(", ")}`) : "");
  };

  const refresh = async () => {
    const turn = ++asked;
    const found = await gyogwa.search(state.query, meta);
    if (turn !== asked) return;
    within = found;
    if (state.reviewing) {
      const drawn = new Uint8Array(meta.count);
      for (const at of await drawnNumbers()) if (!found || found[at]) drawn[at] = 1;
      within = drawn;
    }
    const { fits: cards, counts } = gyogwa.filtered(table, state.chosen, within, meta.count);
    fits = cards;
    gyogwa.showFacets($("facets-inside"), table, counts, state.chosen, (name, value, on) => {
      const values = state.chosen.get(name) ?? new Set();
      if (on) values.add(value);
      else values.delete(value);
      if (values.size) state.chosen.set(name, values);
      else state.chosen.delete(name);
      refresh();
    });
    counted();
    list.show(fits);
    list.select(state.card);
    remember();
  };

  let drawnOnce = null;
  const drawnNumbers = () => {
    drawnOnce ??= Promise.all(review.keys.map(numberOf)).then((all) => all.filter((at) => at >= 0));
    return drawnOnce;
  };

  const open = async (at, focus = false) => {
    if (at === undefined || at < 0) return;
    state.card = at;
    list.select(at);
    const name = gyogwa.piece("cards", Math.floor(at / meta.sizes.cards));
    let card;
    try { card = (await gyogwa.loadSome(name))[at]; }
    catch (error) { $("card").replaceChildren(el("p", { class: "absent" }, error.message)); return; }
    if (state.card !== at) return;
    state.id = card.id;
    gyogwa.showCard($("card"), card, meta, review);
    $("card").prepend(steps());
    document.body.dataset.view = "card";
    document.title = `${card.title} · ${meta.name}`;
    remember();
    if (focus || phone.matches) $("card").focus({ preventScroll: true });
    if (phone.matches) scrollTo(0, 0);
  };

  const steps = () => el("nav", { class: "steps", "aria-label": t("cards") },
    button(t("list"), () => { document.body.dataset.view = "list"; list.select(state.card); }, { class: "back" }),
    button("←", () => open(list.step(-1)), { "aria-label": t("the card before"), title: "k" }),
    button("→", () => open(list.step(1)), { "aria-label": t("the next card"), title: "j" }),
    el("span", { class: "position" }, list.position(state.card) >= 0 ? `${number(list.position(state.card) + 1)} / ${number(list.length)}` : ""),
    el("a", { class: "link", href: `#card=${state.id}`, title: t("an address of this card, to keep or send") }, t("link")),
    button(t("print"), () => print()));

  gyogwa.mark = async (value) => {
    if (!review?.has(state.id)) return;
    const before = review.of(state.id).mark;
    review.set(state.id, { mark: before === value ? null : value });
    if (before === value || !state.reviewing) { open(state.card); return; }
    for (let tries = 0, at = list.step(1); tries < list.length; tries++) {
      if (at === state.card) break;
      await open(at);
      if (!review.of(state.id).mark) return;
      at = list.step(1);
    }
    open(state.card);
  };

  const say = (text) => { $("count").append(el("small", { class: "said" }, text)); };

  const tools = () => {
    const pressed = (name) => String((gyogwa.remember("theme") ?? "auto") === name);
    const choose = (name) => { gyogwa.remember("theme", name); theme(name); tools(); };
    const next = { auto: "light", light: "dark", dark: "auto" }[gyogwa.remember("theme") ?? "auto"] ?? "light";
    $("tools").replaceChildren(...[
      button(t("filters"), () => { document.body.classList.toggle("filtering"); }, { class: "filters" }),
      review && gyogwa.reviewTools(review, state.reviewing, () => { state.reviewing = !state.reviewing; tools(); refresh(); }, say),
      button(gyogwa.isKorean() ? "English" : "한국어", () => { gyogwa.speak(gyogwa.isKorean() ? "en" : "ko"); dress(); refresh(); open(state.card); }, { lang: gyogwa.isKorean() ? "en" : "ko" }),
      button(t({ auto: "theme: as the system", light: "theme: light", dark: "theme: dark" }[gyogwa.remember("theme") ?? "auto"] ?? "theme: as the system"), () => choose(next), { "aria-pressed": pressed("dark"), class: "theme" }),
      button("?", () => $("help").showModal(), { "aria-label": t("keys") }),
    ].flat().filter(Boolean));
  };

  const KEYS = [["j  ↓", "the next card"], ["k  ↑", "the card before"], ["/", "search"], ["1 – 5", "boxes: words, lines, blocks, tables, answer"],
    ["m", "as the model sees it"], ["z", "full size"], ["g  b  n", "review: good, bad, note"], ["Esc", "back to the list"]];
  const dress = () => {
    document.documentElement.lang = gyogwa.isKorean() ? "ko" : "en";
    $("name").replaceChildren(meta.name, el("small", {}, meta.fingerprint.slice(0, 12)));
    document.querySelector("label[for=query]").textContent = t("Search");
    $("query").placeholder = t("Search: words, or initials such as ㄱㄹㅂ");
    $("facets").setAttribute("aria-label", t("filters"));
    $("found").setAttribute("aria-label", t("cards"));
    $("list").setAttribute("aria-label", t("cards"));
    $("facets").replaceChildren(el("div", { class: "bar" }, el("h2", {}, t("filters")),
      button(t("clear"), () => { state.chosen.clear(); refresh(); })), el("div", { id: "facets-inside" }));
    $("help").replaceChildren(el("h2", { id: "help-title" }, t("keys")),
      el("dl", {}, KEYS.map(([key, text]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(text))))),
      button(t("close"), () => $("help").close()));
    tools();
  };

  const read = async () => {
    const told = new URLSearchParams(location.hash.slice(1));
    const id = told.get("card") ?? "";
    if (id) state.id = id; // or the address would be of the card before, until this one is there
    if (told.size > 1 || !id) {
      state.query = told.get("q") ?? "";
      state.reviewing = Boolean(review) && told.get("review") === "1";
      state.chosen = new Map();
      for (const { name } of table) if (told.has(name)) state.chosen.set(name, new Set(told.getAll(name)));
      $("query").value = state.query;
      tools();
    }
    await refresh();
    if (!id) return;
    const at = await numberOf(id).catch(() => -1);
    if (at >= 0) await open(at);
    else $("card").replaceChildren(el("p", { class: "absent" }, `${t("No card here has this id")}: ${id}`));
  };

  const acts = {
    j: () => open(list.step(1)), k: () => open(list.step(-1)),
    ArrowDown: () => open(list.step(1)), ArrowUp: () => open(list.step(-1)),
    "/": () => $("query").focus(), "?": () => $("help").showModal(),
    Escape: () => { document.body.dataset.view = "list"; document.body.classList.remove("filtering"); $("list").focus(); },
    m: () => document.querySelector("[data-markup]")?.click(), z: () => document.querySelector("[data-zoom]")?.click(),
    g: () => gyogwa.mark("good"), b: () => gyogwa.mark("bad"), n: () => $("note")?.focus(),
  };
  gyogwa.layers.forEach((name, at) => { acts[at + 1] = () => gyogwa.toggleLayer(name); });
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
    if (target.matches("textarea, input:not([type=checkbox])")) { if (key === "Escape") target.blur(); return; }
    const inside = target.closest(".view.full, .scroll, pre");
    if (inside && key.startsWith("Arrow")) return;
    if (!acts[key]) return;
    event.preventDefault();
    acts[key]();
  });
  $("list").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && state.card >= 0) open(state.card, true);
  });

  let typing = 0;
  $("query").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => { state.query = $("query").value; refresh(); }, 60);
  });
  addEventListener("hashchange", read);

  (async () => {
    meta = await gyogwa.load("meta");
    const facets = gyogwa.load("facets");
    document.title = `${meta.name}: ${t("sample cards")}`;
    review = gyogwa.makeReview(meta, () => { tools(); list.again(); });
    list = gyogwa.makeList($("list"), meta, (at) => open(at));
    table = gyogwa.facetTable(await facets);
    if (review) {
      drawnNumbers().then(async (numbers) => {
        const keys = new Map(numbers.map((at, n) => [at, review.keys[n]]));
        list.markBy((at) => (keys.has(at) && review.of(keys.get(at)).mark) || "");
        list.again();
      });
    }
    dress();
    $("card").replaceChildren(el("div", { class: "welcome" }, el("h2", {}, meta.name), el("p", {}, meta.description),
      el("p", {}, t("Choose a card. Every sample says where it is from, what was done to it and where it lies; what is in no shard says why."))));
    await read();
    document.body.dataset.ready = "yes";
    (globalThis.requestIdleCallback ?? setTimeout)(() => gyogwa.warmSearch(meta));
  })().catch((error) => {
    document.getElementById("card").replaceChildren(el("p", { class: "absent" }, error.message));
  });
}
