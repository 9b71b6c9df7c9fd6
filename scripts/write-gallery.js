// Writes docs/gallery.md: runs the built program on every dump of fixtures/gallery.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { commandOf, galleryPage } from "./gallery-page.js";

const entries = JSON.parse(readFileSync("fixtures/gallery.json", "utf8"));
const program = resolve("bin/qkv.js");
const checks = entries.map((entry) => {
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...commandOf(entry), "--json"], {
    cwd: "fixtures/gallery",
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(`${entry.name}: ${stderr}`);
  return JSON.parse(stdout).check;
});
writeFileSync("docs/gallery.md", galleryPage(entries, checks));
