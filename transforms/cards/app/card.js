"use strict";
// One card: the reason first where something is out, then the images beside what is said of them,
// then the facts.
{
  const { el, t, button } = gyogwa;

  const reason = ({ step, unit, rule, message, value, threshold }) => el("div", { class: "reason" },
    el("h3", {}, t("Why it is out")), el("p", { class: "message" }, message),
    el("dl", {}, [["step", gyogwa.rule(step)], ["what", t(unit)], ["rule", gyogwa.rule(rule)], ["value", value], ["threshold", threshold]]
      .filter(([, each]) => each).map(([name, each]) => el("div", {}, el("dt", {}, t(name)), el("dd", {}, each)))));

  const compared = ({ verdict, distance, difference, similarity, scope }) => el("div", { class: "reason" },
    el("h3", {}, t("Why one of them is out")),
    el("p", { class: "message" }, t({
      exact: "The same bytes were found again.",
      near: "The second image is a copy of the first, which was kept.",
      alike: "Both are copies of one that was kept.",
    }[verdict] ?? verdict)),
    el("dl", {}, [["verdict", t(verdict)], ["distance of hashes", `${distance} / 256 ${t("bits")}`],
      ["difference of pixels", difference >= 0 ? difference.toFixed(3) : t("not asked: the words settled it")],
      ["similarity of texts", similarity.toFixed(4)], ["scope", t(scope)]]
      .map(([name, each]) => el("div", {}, el("dt", {}, t(name)), el("dd", {}, each)))));

  const bubble = (said, turn, runs, kind) => el("div", { class: `turn ${said.role}` },
    el("h3", {}, t(said.role)), gyogwa.textOf(said, turn, runs, kind));

  const talk = (card, turns) => {
    if (!turns.length) return null;
    const answers = card.answers;
    const chat = el("div", { class: "chat" },
      (card.turns ?? []).map((said, turn) => bubble(said, turn)),
      answers && el("div", { class: "answers" },
        bubble(answers.chosen, card.turns.length, answers.kept, "kept"),
        bubble(answers.rejected, card.turns.length + 1, answers.lost, "lost")));
    const raw = gyogwa.remember("markup") === "yes";
    chat.classList.toggle("raw", raw);
    return el("div", { class: "talk" },
      el("div", { class: "switches" }, button(t("as the model sees it"), ({ currentTarget }) => {
        const now = chat.classList.toggle("raw");
        currentTarget.setAttribute("aria-pressed", String(now));
        gyogwa.remember("markup", now ? "yes" : "no");
      }, { "aria-pressed": String(raw), "aria-keyshortcuts": "m", data: { markup: "" } })),
      answers?.how && el("p", { class: "how" }, `${t("what is wrong with the rejected answer")}: ${answers.how.replaceAll("_", " ")}`),
      chat);
  };

  const head = (card) => {
    const marks = [[card.kind, t({ sample: "sample", reject: "out", pair: "pair of copies" }[card.kind])],
      ["stage", card.stage], ["split", card.split === "validation" ? t("held out") : ""], ["language", t(card.language ?? "")], ["licence", card.licence]];
    return el("div", { class: "head" },
      el("h2", {}, card.kind === "sample" ? (card.tasks ?? []).map((task) => t(task)).join(" + ") : t(card.title)),
      el("p", { class: "chips" }, marks.filter(([, text]) => text).map(([name, text]) => el("span", { class: `chip ${name}` }, text))),
      el("p", { class: "where" }, card.source, card.uri && ": ", card.uri && gyogwa.address(card.uri)));
  };

  gyogwa.showCard = (place, card, meta, review) => {
    const turns = [...(card.turns ?? []), ...(card.answers ? [card.answers.chosen, card.answers.rejected] : [])];
    const said = talk(card, turns);
    const pictures = card.images ?? [];
    const linked = pictures.length === 1 ? turns : [];
    const figures = pictures.map((picture, at) => el("div", { class: "picture" },
      pictures.length > 1 && el("h3", {}, card.kind === "pair" ? t(at ? "dropped" : "kept") : `${t("image")} ${at + 1}`),
      gyogwa.figure(picture, linked, said)));
    const heat = card.compared?.heat && el("div", { class: "picture" }, el("h3", {}, t("where they differ")),
      el("figure", {}, el("img", { class: "heat", src: card.compared.heat, alt: t("differences in red on the image that was kept") })));
    const facts = pictures.map((picture, at) => el("div", { class: "of-picture" },
      pictures.length > 1 && el("h3", { class: "number" }, card.kind === "pair" ? t(at ? "dropped" : "kept") : `${t("image")} ${at + 1}`),
      gyogwa.pictureFacts(picture)));
    const side = card.kind === "pair" || !said ? "wide" : pictures.length ? "beside" : "only-text";
    place.replaceChildren(...[
      review?.has(card.id) && gyogwa.reviewBar(review, card.id),
      head(card), card.reason && reason(card.reason), card.compared && compared(card.compared),
      el("div", { class: `body ${side} ${card.answers ? "preference" : ""}` },
        pictures.length > 0 && el("div", { class: `pictures n${Math.min(pictures.length + (heat ? 1 : 0), 3)}` }, figures, heat), said),
      el("div", { class: "all-facts" }, facts,
        !pictures.length && (card.source || card.uri) && el("section", { class: "facts" }, el("h3", {}, t("source")), el("dl", {},
          [["source", card.source], ["address", card.uri && gyogwa.address(card.uri)], ["licence", card.licence]].filter(([, each]) => each)
            .map(([name, each]) => el("div", {}, el("dt", {}, t(name)), el("dd", {}, each))))),
        gyogwa.placeFacts(card, meta)),
    ].filter(Boolean));
    place.scrollTop = 0;
  };
}
