"use strict";
// Search: words by a part of them, in the list of all words of the cards; then the cards of those
// that fit. Several words of a query must all be on a card.
{
  const FIRST = 0xac00, LAST = 0xd7a3, OF_INITIAL = 588, OF_VOWEL = 28;
  const INITIALS = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
  const ENDS = /^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$/gu;
  const SPECIAL = /[.*+?^${}()|[\]\\/]/g;
  const syllables = (from, count) =>
    `[${String.fromCharCode(from)}-${String.fromCharCode(from + count - 1)}]`;

  // One character of a query: an initial consonant (초성) stands for every syllable that begins with
  // it, and a syllable without a final for those with one, if it is the last: so it is while typing.
  const one = (character, last) => {
    const initial = INITIALS.indexOf(character);
    if (initial >= 0) {
      return `(?:${character}|${syllables(FIRST + initial * OF_INITIAL, OF_INITIAL)})`;
    }
    const code = character.charCodeAt(0);
    const open = code >= FIRST && code <= LAST && (code - FIRST) % OF_VOWEL === 0;
    if (last && open) return syllables(code, OF_VOWEL);
    return character.replace(SPECIAL, "\\$&");
  };

  const pattern = (word) => {
    const characters = [...word.normalize("NFC").toLowerCase()];
    return characters.map((each, at) => one(each, at === characters.length - 1)).join("");
  };

  let lists = null;
  const wordLists = (meta) => {
    lists ??= Promise.all(
      Array.from({ length: meta.pieces.words }, (_, at) => gyogwa.load(gyogwa.piece("words", at)))
    ).then((texts) => {
      let count = 0;
      return texts.map((text) => {
        const starts = [0];
        for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
        const first = count;
        count += starts.length;
        return { text, starts, first };
      });
    });
    return lists;
  };

  // Numbers of the words that hold the part looked for.
  const fitting = (pieces, part) => {
    const found = [];
    const looked = new RegExp(pattern(part), "gu");
    for (const { text, starts, first } of pieces) {
      looked.lastIndex = 0;
      let line = 0;
      for (let match = looked.exec(text); match; match = looked.exec(text)) {
        let low = line, high = starts.length - 1;
        while (low < high) {
          const middle = (low + high + 1) >> 1;
          if (starts[middle] <= match.index) low = middle;
          else high = middle - 1;
        }
        line = low;
        found.push(first + line);
        looked.lastIndex = line + 1 < starts.length ? starts[line + 1] : text.length;
        if (looked.lastIndex >= text.length) break;
      }
    }
    return found;
  };

  const HITS = 1024;
  const split = new Map();
  const hitsOf = async (piece) => {
    if (!split.has(piece)) {
      split.set(piece, (await gyogwa.load(gyogwa.piece("hits", piece))).split("\n"));
    }
    return split.get(piece);
  };

  const mark = (into, text) => {
    let number = -1, step = 0;
    for (let at = 0; at <= text.length; at++) {
      const code = at < text.length ? text.charCodeAt(at) : 32;
      if (code === 32) {
        number += step;
        step = 0;
        into[number] = 1;
      } else {
        step = step * 36 + (code < 58 ? code - 48 : code - 87);
      }
    }
  };

  // Cards, by number, that have every word of the query: a Uint8Array of 0 and 1, or null for none
  // asked.
  gyogwa.search = async (query, meta) => {
    // Words are indexed without punctuation at their ends.
    const parts = query.split(/\s+/u).map((part) => part.replace(ENDS, "")).filter(Boolean);
    if (!parts.length) return null;
    const pieces = await wordLists(meta);
    let found = null;
    for (const part of parts) {
      const words = fitting(pieces, part);
      const needed = [...new Set(words.map((word) => Math.floor(word / HITS)))];
      const loaded = new Map(await Promise.all(needed.map(async (n) => [n, await hitsOf(n)])));
      const here = new Uint8Array(meta.count);
      for (const word of words) mark(here, loaded.get(Math.floor(word / HITS))[word % HITS]);
      if (found) for (let at = 0; at < found.length; at++) found[at] &= here[at];
      else found = here;
    }
    return found;
  };

  gyogwa.pattern = pattern;
  gyogwa.warmSearch = (meta) => { wordLists(meta).catch(() => {}); };
}
