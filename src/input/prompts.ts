// What interpreters write before what a person types, and before their answers: one list for everything that is read.

/** Before what a person types: `>>> `, `In [3]: `, `julia> `, `(%i3) `. */
export const PROMPT =
  /^(?:>>>?|(?:julia|ghci|jshell|scala)>|octave(?::\d+)?>|sage:|iex(?:\(\d+\))?>|In ?\[[\d ]*\]:=?|\(%i\d+\))(?:[ \t]|$)/;

/** Before an answer: `Out[3]: `, `Out[3]//MatrixForm= `, `(%o3) `. */
export const ANSWER = /^(?:Out ?\[\d+\](?:\/\/\w+)?[:=]=?|\(%o\d+\))/;

export const ESCAPE = String.fromCharCode(27);

/** Colours and movements of a terminal, which stand in what programs print. */
export const COLOURS = new RegExp(`${ESCAPE}(?:\\[[0-9;?]*[ -/]*[@-~]|[@-Z\\\\-_])`, "g");
