"use strict";
// Review: marks on the samples that were drawn, kept by the browser where it lets a page from disk
// do so, and exported as a file.
{
  const { el, t, button } = gyogwa;
  const GOOD = "good", BAD = "bad";

  gyogwa.makeReview = (meta, changed) => {
    const { draw } = { draw: meta.review };
    if (!draw) return null;
    const name = `marks.${draw.fingerprint}.${draw.seed}.${draw.asked}`;
    const drawn = new Map(draw.samples.map((each) => [each.key, each]));
    const marks = new Map();
    const take = (rows) => {
      let taken = 0;
      for (const { key, crc32, mark, note } of rows) {
        const known = drawn.get(key);
        if (!known || known.crc32 !== crc32) continue;
        if (mark !== null && mark !== GOOD && mark !== BAD) continue;
        if (note !== undefined && typeof note !== "string") continue;
        marks.set(key, { mark, note: note ?? "" });
        taken++;
      }
      return taken;
    };
    const told = () => [...marks].filter(([, { mark, note }]) => mark || note)
      .map(([key, { mark, note }]) => ({ key, crc32: drawn.get(key).crc32, mark, note }));
    const keep = () => { gyogwa.remember(name, JSON.stringify(told())); changed(); };
    try { take(JSON.parse(gyogwa.remember(name) ?? "[]")); } catch { /* not ours */ }

    return {
      keys: draw.samples.map(({ key }) => key),
      has: (key) => drawn.has(key),
      of: (key) => marks.get(key) ?? { mark: null, note: "" },
      stratum: (key) => draw.strata[drawn.get(key).stratum],
      done: () => draw.samples.filter(({ key }) => marks.get(key)?.mark).length,
      total: draw.samples.length,
      set(key, change) {
        marks.set(key, { ...this.of(key), ...change });
        keep();
      },
      exported(by) {
        const file = { kind: "gyogwa marks", schema_version: 1, by, draw, marks: told() };
        return JSON.stringify(file, null, 1);
      },
      imported(text) {
        const file = JSON.parse(text);
        if (file.kind !== "gyogwa marks" || file.schema_version !== 1) throw new Error(t("this is no file of marks"));
        if (file.draw?.fingerprint !== draw.fingerprint || file.draw.seed !== draw.seed || file.draw.asked !== draw.asked) {
          throw new Error(t("these marks are of another draw"));
        }
        const taken = take(file.marks);
        keep();
        return taken;
      },
    };
  };

  // What stands above a card that was drawn.
  gyogwa.reviewBar = (review, key) => {
    const { mark, note } = review.of(key);
    const { stage, task } = review.stratum(key);
    const set = (value) => button(
      [t(value), " ", el("kbd", {}, value[0])], () => gyogwa.mark(value),
      { class: value, "aria-pressed": String(mark === value), data: { marks: value } });
    const area = el("textarea", { id: "note", rows: "1", placeholder: t("what is wrong, or worth knowing") });
    area.value = note;
    area.addEventListener("change", () => review.set(key, { note: area.value }));
    return el("div", { class: "review" }, el("p", {}, `${stage} / ${task}`),
      el("div", { class: "verdicts", role: "group", "aria-label": t("mark") }, set(GOOD), set(BAD)),
      el("label", { class: "hidden", for: "note" }, t("note")), area);
  };

  // Progress, export and import, in the bar.
  gyogwa.reviewTools = (review, active, toggle, say) => {
    const file = el("input", { type: "file", accept: ".json,application/json", class: "hidden", "aria-label": t("marks to import"), tabindex: "-1" });
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      try { say(`${t("marks taken over")}: ${review.imported(await chosen.text())}`); }
      catch (error) { say(`${chosen.name}: ${error.message}`); }
      file.value = "";
    });
    const save = () => {
      const by = gyogwa.remember("by") ?? "";
      const address = URL.createObjectURL(new Blob([review.exported(by)], { type: "application/json" }));
      const link = el("a", { href: address, download: "marks.json" });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      say(`${t("marks exported")}: ${review.done()}`);
    };
    return [
      button(`${t("review")} ${review.done()} / ${review.total}`, toggle, { "aria-pressed": String(active), id: "reviewing" }),
      active && button(t("export"), save, { id: "export" }),
      active && button(t("import"), () => file.click(), { id: "import" }), active && file,
    ];
  };
}
