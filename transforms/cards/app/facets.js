"use strict";
// Facets: which values there are, how many cards have each under the other facets chosen, and which
// cards fit all of them.
{
  const { el, t, number } = gyogwa;
  const SHOWN = 8;
  const opened = new Set();

  gyogwa.facetTable = (loaded) => loaded.map(({ name, sets, column }) => {
    const values = [...new Set(sets.flat())].sort((a, b) => a.localeCompare(b, "ko"));
    const at = new Map(values.map((value, index) => [value, index]));
    return { name, values, column, members: sets.map((set) => set.map((value) => at.get(value))) };
  });

  // (numbers of the cards that fit, counts by facet and value). `within`: 0 and 1 a card, or null.
  gyogwa.filtered = (table, chosen, within, count) => {
    const rules = table.map(({ name, members, values }) => {
      const wanted = chosen.get(name);
      if (!wanted?.size) return null;
      return members.map((set) => set.some((at) => wanted.has(values[at])));
    });
    const counts = table.map(({ members }) => new Uint32Array(members.length));
    const fits = [];
    for (let card = 0; card < count; card++) {
      if (within && !within[card]) continue;
      let failed = -1, several = false;
      for (let facet = 0; facet < rules.length; facet++) {
        if (rules[facet] && !rules[facet][table[facet].column[card]]) {
          if (failed >= 0) { several = true; break; }
          failed = facet;
        }
      }
      if (several) continue;
      if (failed < 0) {
        fits.push(card);
        for (let facet = 0; facet < table.length; facet++) counts[facet][table[facet].column[card]]++;
      } else counts[failed][table[failed].column[card]]++;
    }
    const byValue = table.map(({ members, values }, facet) => {
      const sums = new Uint32Array(values.length);
      members.forEach((set, at) => set.forEach((value) => { sums[value] += counts[facet][at]; }));
      return sums;
    });
    return { fits: Uint32Array.from(fits), counts: byValue };
  };

  const NAMES = new Set(["source", "licence", "stage"]); // given by people, said in no other language
  const said = (name, value) => NAMES.has(name) ? value
    : name === "reason" && gyogwa.isKorean() ? value.split(": ").map((part) => t(part.replaceAll("_", " "))).join(": ")
      : t(value);

  const row = (name, value, sum, chosen, changed) => {
    const box = el("input", {
      type: "checkbox", checked: chosen.get(name)?.has(value), data: { key: `${name}=${value}` },
      on: { change: () => changed(name, value, box.checked) },
    });
    return el("label", { class: sum || box.checked ? "value" : "value none" },
      box, el("span", { class: "name" }, said(name, value)), el("span", { class: "sum" }, number(sum)));
  };

  gyogwa.showFacets = (place, table, counts, chosen, changed) => {
    const focused = document.activeElement?.closest?.("#facets") && document.activeElement.dataset.key;
    const groups = table.map(({ name, values }, facet) => {
      if (!values.length) return null;
      const order = values.map((_, at) => at).sort((a, b) => counts[facet][b] - counts[facet][a] || a - b);
      const some = opened.has(name) ? order
        : order.filter((at, rank) => rank < SHOWN || chosen.get(name)?.has(values[at]));
      const more = order.length - some.length;
      return el("fieldset", {}, el("legend", {}, t(name)),
        some.map((at) => row(name, values[at], counts[facet][at], chosen, changed)),
        (more > 0 || opened.has(name)) && order.length > SHOWN && gyogwa.button(
          more > 0 ? `${t("more")}: ${more}` : t("fewer"),
          () => {
            if (!opened.delete(name)) opened.add(name);
            gyogwa.showFacets(place, table, counts, chosen, changed);
          }, { class: "more" }));
    });
    place.replaceChildren(...groups.filter(Boolean));
    if (focused) [...place.querySelectorAll("input")].find((box) => box.dataset.key === focused)?.focus();
  };
}
