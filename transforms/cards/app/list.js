"use strict";
// The list shows only the rows in view: 100,000 cards are a height and some twenty elements.
{
  const { el, t } = gyogwa;
  const HEIGHT = 84; // pixels of a row, as in frame.css

  gyogwa.makeList = (place, meta, choose) => {
    const inner = el("div", { class: "rows", role: "presentation" });
    const rows = new Map();
    let numbers = new Uint32Array(0), current = -1, marks = () => "";
    place.append(inner);

    const fill = async (row, card) => {
      try {
        const piece = Math.floor(card / meta.sizes.listed);
        const entries = await gyogwa.load(gyogwa.piece("list", piece));
        const [, kind, title, line] = entries[card % meta.sizes.listed];
        row.querySelector(".title").textContent = title.split(" + ").map((part) => t(part)).join(" + ");
        row.querySelector(".line").textContent = line;
        row.dataset.kind = kind;
        const thumbs = await gyogwa.loadSome(
          gyogwa.piece("thumbs", Math.floor(card / meta.sizes.thumbs)), 80
        ).catch(() => ({}));
        const small = thumbs[card];
        if (small?.startsWith("data:image/webp;base64,")) row.querySelector("img").src = small;
        else row.querySelector("img").remove();
      } catch (error) {
        row.querySelector(".line").textContent = error.message;
      }
    };

    const rowOf = (at) => {
      const card = numbers[at];
      const row = el("div", {
        class: "row", role: "option", id: `row-${card}`, "aria-setsize": numbers.length,
        "aria-posinset": at + 1, "aria-selected": String(card === current), data: { card, mark: marks(card) },
        on: { click: () => choose(card) },
      }, el("span", { class: "thumb" }, el("img", { alt: "", decoding: "async" })),
      el("span", { class: "told" }, el("span", { class: "title" }, "…"), el("span", { class: "line" })));
      row.style.transform = `translateY(${at * HEIGHT}px)`;
      fill(row, card);
      return row;
    };

    const draw = () => {
      const first = Math.max(0, Math.floor(place.scrollTop / HEIGHT) - 4);
      const last = Math.min(numbers.length, Math.ceil((place.scrollTop + place.clientHeight) / HEIGHT) + 4);
      for (const [at, row] of rows) {
        if (at < first || at >= last) { row.remove(); rows.delete(at); }
      }
      for (let at = first; at < last; at++) {
        if (!rows.has(at)) {
          rows.set(at, rowOf(at));
          inner.append(rows.get(at));
        }
      }
      point();
    };
    // names a row only while it is there: lists are virtual
    const point = () => {
      if (rows.has(where(current))) place.setAttribute("aria-activedescendant", `row-${current}`);
      else place.removeAttribute("aria-activedescendant");
    };

    let asked = false;
    place.addEventListener("scroll", () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => { asked = false; draw(); });
    }, { passive: true });
    new ResizeObserver(draw).observe(place);

    const again = () => {
      rows.forEach((row) => row.remove());
      rows.clear();
      draw();
    };
    const where = (card) => {
      let low = 0, high = numbers.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[middle] < card) low = middle + 1;
        else high = middle;
      }
      return numbers[low] === card ? low : -1;
    };
    return {
      show(found) {
        numbers = found;
        inner.style.height = `${numbers.length * HEIGHT}px`;
        inner.classList.toggle("empty", !numbers.length);
        inner.dataset.empty = t("Nothing fits. Take a filter away, or look for less.");
        place.scrollTop = Math.min(place.scrollTop, Math.max(0, numbers.length * HEIGHT - place.clientHeight));
        again();
      },
      select(card) {
        current = card;
        rows.forEach((row) => row.setAttribute("aria-selected", String(Number(row.dataset.card) === card)));
        const at = where(card);
        if (at < 0) return;
        if (at * HEIGHT < place.scrollTop) place.scrollTop = at * HEIGHT;
        const end = (at + 1) * HEIGHT - place.clientHeight;
        if (end > place.scrollTop) place.scrollTop = end;
        draw();
      },
      step(by) {
        const at = where(current);
        const next = at < 0 ? (by > 0 ? 0 : numbers.length - 1) : at + by;
        return numbers[Math.min(Math.max(next, 0), numbers.length - 1)];
      },
      position: (card) => where(card),
      get length() { return numbers.length; },
      markBy(told) { marks = told; },
      again,
    };
  };
}
