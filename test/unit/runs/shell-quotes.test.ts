import { expect, test } from "vitest";
import { quoteWord, unquotedWords } from "../../../src/runs/shell-quotes.js";

// Words with blanks, quotes of both kinds, and the escapes of JSON.
const WORDS = [
  "attend",
  "1 0; 0 1",
  '["don\'t","a b"]',
  "it's",
  '["\\u200b"]',
  "--causal",
  "1,2",
  '["a\'b","c"]',
];

test.each(["linux", "win32"])("words that were quoted for %s come back", (platform) => {
  const line = WORDS.map((word) => quoteWord(word, platform)).join(" ");
  expect(unquotedWords(line)).toEqual(WORDS);
});
