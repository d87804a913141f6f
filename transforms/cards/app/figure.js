"use strict";
// An image with its boxes, and the links word - box - text: what lies on the same place is lit
// together, whichever of them is pointed at.
{
  const { el, svg, t, button, number } = gyogwa;
  const LAYERS = ["words", "lines", "blocks", "tables", "answer"];
  const shown = new Set((gyogwa.remember("layers") ?? "words answer").split(" "));

  const rect = (box, at, properties = {}) => svg("rect", {
    x: box[at], y: box[at + 1], width: Math.max(box[at + 2] - box[at], 1),
    height: Math.max(box[at + 3] - box[at + 1], 1), ...properties,
  });
  const middle = (box, at) => [(box[at] + box[at + 2]) / 2, (box[at + 1] + box[at + 3]) / 2];
  const holds = (box, at, [x, y]) =>
    box[at] <= x && x <= box[at + 2] && box[at + 1] <= y && y <= box[at + 3];

  // For every span the words on its places, and for every word the spans.
  const linksOf = (words, turns) => {
    const bySpan = new Map(), byWord = new Map();
    const count = words ? words.texts.length : 0;
    turns.forEach(({ spans = [] }, turn) => spans.forEach(([, , boxes, word], span) => {
      const found = [];
      if (word >= 0) found.push(word);
      else {
        for (let w = 0; w < count; w++) {
          for (let at = 0; at < boxes.length; at += 4) {
            if (holds(boxes, at, middle(words.boxes, 4 * w)) || holds(words.boxes, 4 * w, middle(boxes, at))) {
              found.push(w);
              break;
            }
          }
        }
      }
      bySpan.set(`${turn}.${span}`, found);
      for (const w of found) byWord.set(w, [...(byWord.get(w) ?? []), `${turn}.${span}`]);
    }));
    return { bySpan, byWord };
  };

  const layer = (name, ...rects) => {
    const made = svg("g", { class: `layer ${name}` });
    made.append(...rects);
    return made;
  };

  const overlay = (picture, turns) => {
    const drawn = svg("svg", { viewBox: "0 0 10000 10000", preserveAspectRatio: "none", "aria-hidden": "true" });
    const regions = (list, kind) => list.map(([, box]) => rect(box, 0, { class: kind }));
    const lines = [];
    for (let at = 0; at < (picture.lines ?? []).length; at += 4) lines.push(rect(picture.lines, at));
    const answers = turns.flatMap(({ spans = [] }, turn) => spans.flatMap(([, , boxes], span) => {
      const found = [];
      for (let at = 0; at < boxes.length; at += 4) found.push(rect(boxes, at, { "data-link": `${turn}.${span}`, class: turns[turn].role === "rejected" ? "worse" : "" }));
      return found;
    }));
    const words = (picture.words?.texts ?? []).map((_, w) =>
      rect(picture.words.boxes, 4 * w, { "data-word": w }));
    drawn.append(
      layer("blocks", ...regions(picture.blocks ?? [], "block")),
      layer("tables", ...regions(picture.tables ?? [], "table"), ...regions(picture.cells ?? [], "cell")),
      layer("lines", ...lines), layer("answer", ...answers), layer("words", ...words));
    return drawn;
  };

  const names = (picture) => (picture.blocks ?? []).map(([kind, box]) => {
    const label = el("span", { class: "block-name" }, t(kind));
    label.style.left = `${box[0] / 100}%`;
    label.style.top = `${box[1] / 100}%`;
    return label;
  });

  const told = (picture, w) => {
    const { texts, confidence = [], origins = [] } = picture.words;
    const sure = confidence.length ? ` · ${t("confidence")} ${confidence[w]} %` : "";
    return `${texts[w]} · ${t(origins[w] || picture.origin)}${sure}`;
  };

  const applyLayers = (frame) => {
    for (const name of LAYERS) frame.classList.toggle(`show-${name}`, shown.has(name));
  };

  gyogwa.toggleLayer = (name) => {
    if (!shown.delete(name)) shown.add(name);
    gyogwa.remember("layers", [...shown].join(" "));
    document.querySelectorAll(".frame").forEach(applyLayers);
    document.querySelectorAll("[data-layer]").forEach((each) =>
      each.setAttribute("aria-pressed", String(shown.has(each.dataset.layer))));
  };
  gyogwa.layers = LAYERS;

  const switches = (picture, turns) => {
    const there = {
      words: picture.words?.texts.length, lines: (picture.lines ?? []).length / 4,
      blocks: picture.blocks?.length, tables: picture.tables?.length,
      answer: turns.reduce((sum, turn) => sum + (turn.spans ?? []).length, 0),
    };
    return LAYERS.map((name, at) => there[name]
      ? button([el("span", {}, t(name)), " ", el("small", {}, number(there[name]))], () => gyogwa.toggleLayer(name),
        { "aria-pressed": String(shown.has(name)), "aria-keyshortcuts": String(at + 1), data: { layer: name } })
      : null).filter(Boolean);
  };

  // The figure of a picture. `turns`: what is said about it, whose spans are linked; `texts`: the
  // element that shows them.
  gyogwa.figure = (picture, turns, texts) => {
    if (!picture.file) {
      return el("figure", {}, el("p", { class: "absent" }, `${t("This image can't be shown")}: ${picture.absent || t("no image")}`));
    }
    const readout = el("p", { class: "readout" }, t("Point at a word to see where it is in the answer."));
    const image = el("img", { alt: `${picture.source}: ${picture.uri}`, decoding: "async" });
    image.src = picture.file;
    const frame = el("div", { class: "frame" }, image, overlay(picture, turns), names(picture));
    image.width = picture.width;
    image.height = picture.height;
    applyLayers(frame);
    const { bySpan, byWord } = linksOf(picture.words, turns);
    const lit = [];
    const light = (words, spans) => {
      while (lit.length) lit.pop().classList.remove("lit");
      const add = (each) => { if (each) { each.classList.add("lit"); lit.push(each); } };
      words.forEach((w) => add(frame.querySelector(`[data-word="${w}"]`)));
      spans.forEach((link) => {
        const [turn, span] = link.split(".");
        texts?.querySelectorAll(`.linked[data-turn="${turn}"][data-span="${span}"]`).forEach(add);
        frame.querySelectorAll(`[data-link="${link}"]`).forEach(add);
      });
      if (words.length) readout.textContent = words.slice(0, 12).map((w) => told(picture, w)).join("   ");
    };
    const overWord = (w) => light([w], byWord.get(w) ?? []);
    const overLink = (link) => light(bySpan.get(link) ?? [], [link]);
    frame.addEventListener("pointerover", ({ target }) => {
      if (target.dataset.word) overWord(Number(target.dataset.word));
      else if (target.dataset.link) overLink(target.dataset.link);
      else light([], []);
    });
    frame.addEventListener("click", ({ target }) => {
      if (!target.dataset.word) return;
      const [link] = byWord.get(Number(target.dataset.word)) ?? [];
      const [turn, span] = (link ?? "").split(".");
      const place = link && texts?.querySelector(`.linked[data-turn="${turn}"][data-span="${span}"]`);
      place?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    });
    texts?.addEventListener("pointerover", ({ target }) => {
      if (target.dataset.span) overLink(`${target.dataset.turn}.${target.dataset.span}`);
    });
    const view = el("div", { class: "view", tabindex: "0", role: "group", "aria-label": t("image") }, frame);
    return el("figure", {},
      el("div", { class: "switches", role: "group", "aria-label": t("boxes") }, switches(picture, turns),
        button(t("full size"), ({ currentTarget }) => {
          const full = view.classList.toggle("full");
          currentTarget.setAttribute("aria-pressed", String(full));
        }, { "aria-pressed": "false", "aria-keyshortcuts": "z", data: { zoom: "" } })),
      view, picture.words && readout, wordTable(picture, overWord));
  };

  const wordTable = (picture, overWord) => {
    if (!picture.words) return null;
    const { texts, confidence = [], origins = [] } = picture.words;
    const details = el("details", { class: "words" }, el("summary", {}, `${t("word by word")} (${number(texts.length)})`));
    details.addEventListener("toggle", () => {
      if (details.querySelector("table")) return;
      const rows = texts.map((text, w) => {
        const row = el("tr", { on: { pointerover: () => overWord(w) } }, el("td", {}, text),
          el("td", { class: "n" }, confidence.length ? `${confidence[w]} %` : "100 %"),
          el("td", {}, t(origins[w] || picture.origin)));
        return row;
      });
      details.append(el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("word by word") }, el("table", {},
        el("thead", {}, el("tr", {}, ["word", "confidence", "from"].map((name) => el("th", { scope: "col" }, t(name))))),
        el("tbody", {}, rows))));
    });
    return details;
  };
}
