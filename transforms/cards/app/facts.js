"use strict";
// The facts of a card: where it is from, what was read, what it was held against, where it lies.
{
  const { el, t, address, number, button } = gyogwa;

  const list = (pairs) => el("dl", {}, pairs.filter(([, value]) => value !== "" && value !== undefined && value !== null && value !== false)
    .map(([name, value]) => el("div", {}, el("dt", {}, t(name)), el("dd", {}, value))));
  const section = (title, ...children) => {
    const inside = children.flat().filter(Boolean);
    return inside.length ? el("section", { class: "facts" }, el("h3", {}, t(title)), inside) : null;
  };
  const code = (text) => text && el("code", {}, text);
  const share = (value) => value === undefined || value === null ? "" : value.toFixed(3);

  const checks = (picture) => {
    const rows = picture.checks ?? [];
    if (!rows.length) return null;
    return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("filters") }, el("table", {},
      el("thead", {}, el("tr", {}, ["rule", "value", "threshold", ""].map((name) =>
        name ? el("th", { scope: "col" }, t(name)) : el("td", {})))),
      el("tbody", {}, rows.map(([rule, value, threshold, passed]) =>
        el("tr", { class: passed ? "" : "fails" }, el("th", { scope: "row" }, t(rule.replaceAll("_", " "))),
          el("td", { class: "n" }, value), el("td", { class: "n" }, threshold),
          el("td", {}, passed ? `✓ ${t("passes")}` : `✕ ${t("fails")}`))))));
  };

  const cluster = (picture) => {
    if (!picture.cluster?.length) return null;
    return el("ul", { class: "cluster" }, picture.cluster.map((member) => el("li", {},
      el("strong", {}, t(member.verdict)), " ", code(member.image_id), " ",
      member.distance >= 0 && `${t("distance")} ${member.distance} ${t("bits")}`,
      member.difference >= 0 && ` · ${t("difference")} ${member.difference.toFixed(2)} `,
      member.pair && el("a", { href: `#card=${member.pair}` }, t("look at both")))));
  };

  gyogwa.pictureFacts = (picture) => [
    section("source", list([
      ["source", picture.source], ["address", picture.uri && address(picture.uri)], ["licence", picture.licence],
      ["document", picture.document && `${picture.document}${picture.page ? `, ${t("page")} ${picture.page}` : ""}`],
      ["kind", t(picture.kind ?? "")], ["size", picture.width && `${number(picture.width)} × ${number(picture.height)}`],
      ["changed bytes", picture.changes ?? (picture.sha256 ? t("none: the source's own") : "")],
      ["image id", code(picture.id)], ["SHA-256", code(picture.sha256)],
      ["found at", picture.occurrences && el("ul", {}, picture.occurrences.map((place) => el("li", {}, place)))],
    ])),
    section("reading", picture.words && list([
      ["words from", t(picture.origin ?? "")], ["engine", code(picture.engine)], ["language", t(picture.language ?? "")],
      ["mean confidence", share(picture.confidence)], ["coverage of ink", share(picture.coverage)],
      ["words hidden in the PDF", picture.covered ? number(picture.covered) : ""],
      ["labels of copies", picture.moved && el("ul", {}, picture.moved.map((row) => el("li", {}, row)))],
    ])),
    section("filters", checks(picture)),
    section("duplicates", cluster(picture)),
  ];

  const copied = (text) => button(t("copy"), async ({ currentTarget }) => {
    try { await navigator.clipboard.writeText(text); currentTarget.textContent = t("copied"); }
    catch { currentTarget.textContent = t("select and copy it"); }
  }, { class: "copy" });
  const command = (title, text) => el("div", { class: "command" }, el("h4", {}, t(title)), copied(text),
    el("pre", { tabindex: "0" }, text));

  gyogwa.placeFacts = (card, meta) => {
    if (!card.place) return null;
    const { shard, offset, length, crc32 } = card.place;
    const quoted = `'${shard.replaceAll("'", "'\\''")}'`;
    const cut = `tail -c +${offset + 1} ${quoted} | head -c ${length} | tar -xvf -`;
    return section("where it lies", list([
      ["stage", card.stage], ["split", t(card.split)], ["shard", code(shard)],
      ["bytes", `${number(offset)} – ${number(offset + length)} (${number(length)})`],
      ["CRC-32", code(crc32.toString(16).padStart(8, "0"))], ["key", code(card.id)],
      ["dialect", card.dialect], ["times an epoch", String(card.repeats ?? 1)],
    ]), command("take it out of its shard (in the run's folder)", cut),
    meta.rebuild && command("build it again in the run's folder, with the PATHs that run.json tells: same key, shard and offset", meta.rebuild));
  };
}
