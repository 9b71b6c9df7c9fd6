// Replaces node:process in the program (bundle.js). If an ES module imports node:process, Node evaluates all of its
// members, including process.stdin. From then on, nobody can wait for standard input (EAGAIN).
module.exports = process;
