import { fileOf, showing } from "./showing.js";

/** The completion scripts by the names of their shells. */
export const SHELLS = {
  bash: "completions/qkv.bash",
  zsh: "completions/_qkv",
  fish: "completions/qkv.fish",
  powershell: "completions/qkv.ps1",
} as const;

const names = Object.keys(SHELLS);

export const completion = showing({
  name: "completion",
  summary: "The script that completes commands, options, steps, tokens and systems in a shell.",
  examples: [
    ['of bash: in ~/.bashrc stands eval "$(qkv completion bash)"', "qkv completion bash"],
    ['of zsh: in ~/.zshrc, below compinit, eval "$(qkv completion zsh)"', "qkv completion zsh"],
    ["of fish: for ~/.config/fish/completions/qkv.fish", "qkv completion fish"],
    ["of PowerShell: in $PROFILE, piped to Out-String | Invoke-Expression", "qkv completion powershell"],
  ],
  usage: "[NAME] [options]",
  wordsHelp: names.join(", "),
  isPlainText: true,
  offers: async () => names,
  page: fileOf("shell", SHELLS),
});
