"use strict";
// Elements are made one by one, and text goes in as text: nothing in the data can become markup.
{
  const el = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === undefined || value === null || value === false) continue;
      if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
      else if (name === "data") Object.assign(made.dataset, value);
      else if (name === "class") made.className = value;
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
    return made;
  };

  const SVG = "http://www.w3.org/2000/svg";
  const svg = (tag, attributes = {}) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  let korean = (gyogwa.remember("language") ?? (navigator.language.startsWith("ko") ? "ko" : "en")) === "ko";
  const t = (english) => (korean && gyogwa.korean[english]) || english;
  // A step or rule as tables have it; in another language with what they call it behind it.
  const rule = (name) => {
    const said = t(name.replaceAll("_", " "));
    return korean && said !== name ? `${said} (${name})` : name;
  };
  gyogwa.isKorean = () => korean;
  gyogwa.speak = (language) => {
    korean = language === "ko";
    gyogwa.remember("language", language);
    document.documentElement.lang = language;
  };

  const button = (label, act, properties = {}) =>
    el("button", { type: "button", on: { click: act }, ...properties }, label);

  // An address may come from anywhere: only http and https become links.
  const address = (text) =>
    /^https?:\/\//iu.test(text)
      ? el("a", { href: text, rel: "noopener noreferrer", target: "_blank" }, text)
      : el("span", { class: "address" }, text);

  const number = (value) => value.toLocaleString(korean ? "ko" : "en");

  Object.assign(gyogwa, { el, svg, t, rule, button, address, number });
}
