// The prompts of interpreters, before input and before answers: one list for every reader.

/** The prompt before input: `>>> `, `In [3]: `, `julia> `, `(%i3) `, `postgres=# `. */
export const PROMPT =
  /^(?:>>>?|(?:julia|ghci|jshell|scala)>|octave(?::\d+)?>|sage:|iex(?:\(\d+\))?>|\w+=[#>]|In ?\[[\d ]*\]:=?|\(%i\d+\))(?:[ \t]|$)/;

/** The mark before an answer: `Out[3]: `, `Out[3]//MatrixForm= `, `(%o3) `. */
export const ANSWER = /^(?:Out ?\[\d+\](?:\/\/\w+)?[:=]=?|\(%o\d+\))/;

export const ESCAPE = String.fromCharCode(27);

/** Terminal codes for colours and cursor movements in printed output. */
export const COLOURS = new RegExp(`${ESCAPE}(?:\\[[0-9;?]*[ -/]*[@-~]|[@-Z\\\\-_])`, "g");
