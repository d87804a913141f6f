"use strict";
// What the data files hand over, loaded on demand. A page from disk can't fetch, but it may load
// scripts beside it; each calls `gyogwa.put` once.
const gyogwa = {};
{
  const waiting = new Map();
  const there = new Map();
  const NAME = /^[a-z]+(?:-[0-9a-f]+)?$/;
  const checked = (name) => {
    if (!NAME.test(name)) throw new TypeError(`no data file is called ${name}`);
    return `data/${name}.js`;
  };
  const policy = globalThis.trustedTypes
    ? trustedTypes.createPolicy("gyogwa", { createScriptURL: checked })
    : { createScriptURL: checked };

  gyogwa.put = (name, value) => there.set(name, value);

  gyogwa.load = (name) => {
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = policy.createScriptURL(name);
        script.onload = () => {
          script.remove();
          const value = there.get(name);
          there.delete(name);
          if (value === undefined) reject(new Error(`${name}: holds nothing`));
          else resolve(value);
        };
        script.onerror = () => {
          script.remove();
          waiting.delete(name);
          reject(new Error(`data/${name}.js is missing or can't be read`));
        };
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  };

  // Pieces that a reader has gone past are let go, so that stepping through 100,000 cards doesn't
  // fill the memory.
  const order = [];
  gyogwa.loadSome = (name, most = 60) => {
    const at = order.indexOf(name);
    if (at >= 0) order.splice(at, 1);
    order.push(name);
    if (order.length > most) waiting.delete(order.shift());
    return gyogwa.load(name);
  };

  gyogwa.piece = (folder, number) => `${folder}-${String(number).padStart(5, "0")}`;

  gyogwa.remember = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(`gyogwa.${key}`);
      localStorage.setItem(`gyogwa.${key}`, value);
    } catch { /* some browsers give pages from disk no storage */ }
    return null;
  };
}
