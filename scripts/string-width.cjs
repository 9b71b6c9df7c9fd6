// Replaces string-width in cli-table3 (bundle.js), which measures every cell many times. string-width builds its two
// large patterns anew each time. The width of narrow characters is their count. Few runs need it for other characters.
const { isNarrow } = require("../src/render/narrow.ts");

module.exports = (text) => (isNarrow(text) ? text.length : require("../node_modules/string-width")(text));
