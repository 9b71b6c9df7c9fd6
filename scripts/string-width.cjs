// Stands for string-width in cli-table3 (bundle.js), which measures every cell many times: ASCII is as wide as it is long, and
// string-width makes its two large patterns anew each time.
const stringWidth = require("../node_modules/string-width");

module.exports = (text) => (/^[ -~]*$/.test(text) ? text.length : stringWidth(text));
