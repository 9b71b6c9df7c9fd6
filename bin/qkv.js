#!/usr/bin/env node
// Runs dist/program/: parts of one program, each read when it is first needed, with the machine code that the build left
// beside it. V8 checks that the code belongs to this text and this version of Node; if not, it compiles the text.
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");

const parts = new Map();

/** What the parts call to get at each other, and at the modules of Node. */
function load(name) {
  if (!name.startsWith("./")) return require(name);
  let part = parts.get(name);
  if (!part) {
    part = { exports: {} };
    parts.set(name, part);
    // The parts are ASCII; reading them as latin1 spares the decoding.
    const filename = `${__dirname}/../dist/program/${name.slice(2)}`;
    const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData: codeOf(filename) });
    script.runInThisContext()(part.exports, load, part);
  }
  return part.exports;
}

/** Undefined where the build left none: slower, nothing else. */
function codeOf(filename) {
  try {
    return readFileSync(`${filename}.cache`);
  } catch {
    return undefined;
  }
}

// Everything is written by now, so nothing is cut short; leaving at once spares the tidying up of memory.
load("./program.js").main.main().then(process.exit);
