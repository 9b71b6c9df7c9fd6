# Completions of qkv for fish: qkv completion fish > ~/.config/fish/completions/qkv.fish
# The words come from qkv itself, so that they are those of its commands, steps, tokens and systems.
function __qkv_complete
    set -l before (commandline -opc)
    set -e before[1]
    set -l current (commandline -ct | string replace -r '^[\'"]' '' | string unescape --style=script)
    for line in (qkv __complete $before "=$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c qkv -f -a '(__qkv_complete)'
