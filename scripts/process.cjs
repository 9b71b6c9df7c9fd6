// Stands for node:process in the program (bundle.js). An ES module that imports node:process has Node make all that is in it, with process.stdin,
// from where on nobody can wait for standard input (EAGAIN).
module.exports = process;
