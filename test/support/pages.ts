import { readdirSync } from "node:fs";

/** The pages of the reference; the first is its index. */
export const REFERENCE: readonly string[] = [
  "docs/reference.md",
  ...readdirSync("docs/reference").map((page) => `docs/reference/${page}`),
];
