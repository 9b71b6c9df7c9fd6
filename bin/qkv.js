#!/usr/bin/env node
// Runs the command line. dist/program.cjs runs it from one plain file. bin/fast-start/ starts the same program faster,
// and may be deleted.

const { main } = loadProgram();

main(`${__dirname}/..`).then((exitCode) => {
  // All output is written by now, so nothing is cut off. Exiting at once saves the time of cleaning up memory.
  process.exit(exitCode);
});

/** The fast start throws if its files are missing or unreadable, before the program begins. */
function loadProgram() {
  try {
    return require("./fast-start/load.js").loadFast();
  } catch {
    return require("../dist/program.cjs");
  }
}
