"use strict";
// A turn's text: what is linked to places is a span, markup can be shown or put away, and of two
// answers what only one of them has is marked.
{
  const { el } = gyogwa;
  const MARKUP = /(?:<image>|<ocr>|<gro>)\n?|<\/?(?:char|obj|ref|delim)>|<bbox>[^<]*(?:<delim>[^<]*)*<\/bbox>/gu;

  const plain = (text) => {
    const parts = [];
    let done = 0;
    for (const match of text.matchAll(MARKUP)) {
      if (match.index > done) parts.push(text.slice(done, match.index));
      parts.push(el("span", { class: "markup" }, match[0]));
      done = match.index + match[0].length;
    }
    if (done < text.length) parts.push(text.slice(done));
    return parts;
  };

  // Cut a text at every border of spans and runs; hand each stretch to what it belongs to.
  gyogwa.textOf = (said, turn, runs = [], kind = "") => {
    const { text, spans = [] } = said;
    const borders = new Set([0, text.length, ...runs]);
    spans.forEach(([first, last]) => { borders.add(first); borders.add(last); });
    const cuts = [...borders].sort((a, b) => a - b);
    const body = el("div", { class: "text", dir: "auto", tabindex: text.length > 700 || text.split("\n").length > 14 ? "0" : null, role: text.length > 700 ? "group" : null, "aria-label": text.length > 700 ? gyogwa.t("text") : null });
    let span = 0, run = 0, marked = null, markedRun = -1;
    for (let at = 0; at + 1 < cuts.length; at++) {
      const [first, last] = [cuts[at], cuts[at + 1]];
      while (span < spans.length && spans[span][1] <= first) span++;
      while (run + 1 < runs.length && runs[run + 1] <= first) run += 2;
      const linked = span < spans.length && spans[span][0] <= first;
      const stretch = text.slice(first, last);
      let into = body;
      if (run + 1 < runs.length && runs[run] <= first) {
        if (markedRun !== run) {
          marked = el("mark", { class: kind });
          markedRun = run;
          body.append(marked);
        }
        into = marked;
      }
      if (linked) into.append(el("span", { class: "linked", data: { turn, span } }, stretch));
      else into.append(...plain(stretch));
    }
    // What is nothing but markup, such as "<ocr>", would be an empty bubble with it put away.
    body.classList.toggle("only-markup", !text.replace(MARKUP, "").trim());
    return body;
  };
}
