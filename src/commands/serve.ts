import { onOff, settingTable, takes, wholeNumber } from "../attention/setting.js";
import { refuse } from "../errors.js";
import type { Command } from "./command.js";

/** The maximum length of a message in bytes. Lengths have 32 bits. */
const MAX_BYTES = 2 ** 32 - 1;

const SETTINGS = settingTable("Serve", {
  stdio: {
    ...onOff("read calls on standard input, write answers to standard output"),
    brief: "calls on standard input, answers on standard output",
  },
  limit: takes(
    "<bytes>",
    wholeNumber(2 ** 10, MAX_BYTES),
    "the longest call and answer; a longer one is answered with an error",
    { brief: "the longest call and answer", default: 2 ** 30 },
  ),
});

export const serve: Command = {
  name: "serve",
  summary: "Answers many calls in one process, for programs in other languages: the Python package uses it.",
  examples: [["until standard input ends", "qkv serve --stdio < /dev/null"]],
  usage: "--stdio [options]",
  wordsHelp: "none",
  takesWords: "one",
  settings: SETTINGS,
  offers: async () => [],
  async run({ words, values }, io) {
    const { stdio, limit = SETTINGS.limit.default } = values as { stdio?: boolean; limit?: number };
    if (words.length > 0)
      refuse(`qkv serve takes no "${words[0]}".`, "Calls come on standard input: qkv serve --stdio.");
    if (!stdio)
      refuse("Nothing says where calls come from.", "They come on standard input: qkv serve --stdio.");
    return io.serve(limit);
  },
};
