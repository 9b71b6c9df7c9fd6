// Options of other programs that change nothing here, or that may mean several things.

/** An option that changes nothing here, or that may mean one of ours. */
interface Unsure {
  readonly names: string;
  /** It is so of these values alone, and then of nothing else. */
  readonly value?: RegExp;
  /** Why it changes nothing. */
  readonly idle?: string;
  /** What takes its place; `VALUE` stands for what is given with it. Nothing: it is left out, with its value. */
  readonly say?: string;
  /** The value as ours has it. */
  reshape?(given: string): string;
  /** What else it may have been, or why there is no such thing. */
  readonly or?: string;
  /** What the output goes to. */
  readonly pipe?: string;
  /** It is so of commands that have this setting. */
  readonly having?: string;
  /** It stands alone. */
  readonly isFlag?: true;
}

/** The first that is so of an option says what it is. */
export const UNSURE: readonly Unsure[] = [
  {
    names: "enable-gqa",
    isFlag: true,
    idle: "keys and values may have fewer heads anyway (--kv-heads)",
  },
  { names: "batch-first", isFlag: true, idle: "--axes says how arrays with a batch lie" },
  {
    names: "need-weights output-attentions return-attention-scores",
    isFlag: true,
    idle: "weights are always worked out",
  },
  {
    names: "self self-attention",
    isFlag: true,
    idle: "one matrix alone is x, which query, key and value all come from",
  },
  { names: "quiet", isFlag: true, idle: "there are no notices" },
  {
    names: "ci fail-on-error strict exit-code",
    isFlag: true,
    idle: "the exit code is 1 where something is wrong, and GitHub Actions is told where",
  },
  { names: "no-answers no-solutions no-key", isFlag: true, idle: "answers are shown with --key alone" },
  { names: "pdf", isFlag: true, say: "-o html", or: "A browser prints that as a PDF" },
  { names: "pretty", isFlag: true, idle: "JSON is set out on lines" },
  { names: "indent", value: /^\d+$/, idle: "JSON is set out on lines" },
  { names: "axis dim", value: /^-?1$/, idle: "the softmax is along rows" },
  { names: "dim", value: /^(?:0|-2)$/, or: "The softmax is along rows; --transpose turns a matrix" },
  { names: "axis dim", or: "The softmax is along rows; --transpose turns a matrix" },
  {
    names: "dropout attn-dropout attention-dropout",
    value: /^0?\.?0*$/,
    idle: "qkv works without dropout",
  },
  {
    names: "dropout attn-dropout attention-dropout",
    or: "Without the mask that was drawn (--dropout-mask FILE --dropout-p P) qkv works as in evaluation, without dropout",
  },
  {
    names: "round digits decimals places",
    say: "--precision VALUE",
    or: "To round at each step, as on paper, say --carry",
  },
  { names: "export", value: /^(?:numpy|torch|pytorch|jax|keras|onnx)$/i, say: "--emit VALUE" },
  { names: "export to", say: "-o VALUE" },
  { names: "score", value: /^[a-z][a-z-]*$/i, say: "--scoring VALUE" },
  { names: "tolerance tol", say: "--atol VALUE" },
  {
    names: "dk d-k",
    value: /^\d+$/,
    say: "--scale 1/sqrt(VALUE)",
    or: "Without it d_k is the number of columns of the keys",
  },
  { names: "fields select", value: /,/, say: "--steps VALUE -o jsonl" },
  { names: "fields select", say: "--only VALUE -o csv" },
  { names: "raw raw-output", isFlag: true, say: "-o csv" },
  { names: "solution solutions", having: "gradescope", value: /\.\w+$/, say: "VALUE" },
  { names: "answer answers solution expected reference verify compare compare-with", say: "--check VALUE" },
  { names: "answer answers solution solutions", isFlag: true, say: "--key" },
  {
    names: "context",
    value: /./,
    say: "--memory VALUE",
    or: "As the answer, O, it is --check context=VALUE",
  },
  { names: "problem against state-dict checkpoint ckpt", say: "VALUE" },
  { names: "topic", having: "moodle", say: "VALUE" },
  {
    names: "row token",
    value: /^\d+$/,
    or: "All rows are shown; --why 'output[0,0]' follows one number of one row",
  },
  { names: "exact fraction fractions", isFlag: true, idle: "--why output[0,0] gives a number exactly" },
  {
    names: "sliding-window",
    value: /[,(]/,
    say: "--window VALUE",
    reshape: (given) => given.replaceAll(/[()[\]\s]/g, "").replaceAll("-1", ""),
    or: "W is that many keys with the query's own; A,B is A keys before it and B behind it",
  },
  {
    names: "factor",
    value: /^\d/,
    say: "--scaling linear:factor=VALUE",
    or: "Other rules are yarn, ntk, dynamic and llama3, likewise",
  },
  {
    names: "points marks grade",
    say: "-o csv",
    or: "It says how many cells and steps are answered and where the first wrong one is; one hand-in for Gradescope is --gradescope",
  },
  { names: "rope-scaling", say: "--scaling VALUE" },
  { names: "compact compact-output", isFlag: true, say: "--json", pipe: "jq -c ." },
];
