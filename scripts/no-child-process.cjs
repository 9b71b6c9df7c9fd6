// Replaces node:child_process in the bundle of the command line (bundle.js).
