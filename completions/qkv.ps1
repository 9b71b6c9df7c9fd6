# Completions of qkv for PowerShell. In $PROFILE: qkv completion powershell | Out-String | Invoke-Expression
# The words come from qkv itself, so that they are those of its commands, steps, tokens and systems.
Register-ArgumentCompleter -Native -CommandName qkv -ScriptBlock {
    param($word, $line, $cursor)
    $before = @($line.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    })
    $current = "$word".TrimStart("'", '"')
    qkv __complete @before "=$current" 2>$null | ForEach-Object {
        if ($_ -eq ':files') {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($current)
        } else {
            $text, $help = $_ -split "`t", 2
            if (-not $help) { $help = $text }
            $written = $text
            if ($text -match '[^\w./=:-]') {
                $written = "'" + $text.Replace("'", "''")
                # What goes on keeps its quote open.
                if ($text -notmatch '[\[,]$') { $written += "'" }
            }
            [System.Management.Automation.CompletionResult]::new($written, $text, 'ParameterValue', $help)
        }
    }
}
