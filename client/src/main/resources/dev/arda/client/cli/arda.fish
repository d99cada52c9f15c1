# Completion of arda for fish: arda completion fish | source
function __arda_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete --shell fish -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':nospace'
            case ':dirs'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c arda -f -a '(__arda_complete)'
