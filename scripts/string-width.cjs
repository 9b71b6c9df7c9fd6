// Stands for string-width in cli-table3 (bundle.js), which measures every cell many times: string-width makes its two large
// patterns anew each time, and narrow characters are as wide as they are many. Few runs need it for others.
const { isNarrow } = require("../src/render/narrow.ts");

module.exports = (text) => (isNarrow(text) ? text.length : require("../node_modules/string-width")(text));
