# Completion of arda for fish: arda completion fish | source
function __arda_complete
    set -l words (commandline -opc)
    # Without a quote that is still open.
    set -l current (commandline -ct | string replace -r '^[\'"]' '')
    set -l open no
    set -l candidates
    for line in ($words[1] __complete --shell fish -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':nospace'
                set open yes
            case ':dirs'
                __fish_complete_directories "$current"
            case '*'
                set -a candidates $line
        end
    end
    # Fish puts a space behind the only candidate, unless there is a longer one.
    if test $open = yes; and test (count $candidates) = 1
        set -a candidates "$candidates[1]."
    end
    string join -- \n $candidates
end
complete -c arda -f -a '(__arda_complete)'
