import type { Io } from "../runs/io.js";
import { fileOf, showing } from "./showing.js";

/** The completion scripts by the names of their shells. */
export const SHELLS = {
  bash: "completions/qkv.bash",
  zsh: "completions/_qkv",
  fish: "completions/qkv.fish",
  powershell: "completions/qkv.ps1",
} as const;

const names = Object.keys(SHELLS);

/** Returns the shell of the user, or an empty text for a shell without a script. Windows sets no SHELL. */
function shellOf({ env, platform }: Io): string {
  const { SHELL = platform === "win32" ? "pwsh" : "" } = env;
  const [, shell = ""] = /([^/\\]*?)(?:\.exe)?$/i.exec(SHELL) ?? [];
  return shell === "pwsh" ? "powershell" : names.includes(shell) ? shell : "";
}

export const completion = showing({
  name: "completion",
  summary: "The script that completes commands, options, steps, tokens and systems in a shell.",
  examples: [
    ['bash: write eval "$(qkv completion bash)" into ~/.bashrc', "qkv completion bash"],
    ['zsh: write eval "$(qkv completion zsh)" into ~/.zshrc, below compinit', "qkv completion zsh"],
    ["fish: write it into ~/.config/fish/completions/qkv.fish", "qkv completion fish"],
    ["PowerShell: in $PROFILE, piped to Out-String | Invoke-Expression", "qkv completion powershell"],
  ],
  usage: "[NAME] [options]",
  wordsHelp: `${names.join(", ")} (default: your shell, from $SHELL)`,
  isPlainText: true,
  offers: async () => names,
  page: fileOf("shell", SHELLS, shellOf),
});
