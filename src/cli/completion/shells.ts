/** The script that teaches a shell to complete, by the name that `qkv completion` takes: files of completions/. */
export const SHELLS: ReadonlyMap<string, string> = new Map([
  ["bash", "qkv.bash"],
  ["zsh", "_qkv"],
  ["fish", "qkv.fish"],
  ["powershell", "qkv.ps1"],
]);
