package org.walarchive.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The script for bash. */
final class BashCompletion {

    /** bash splits words at {@code =} and {@code :} too; they are put together before they are looked at. */
    private static final String SCRIPT = """
            # Completion for bash, made by "walarchive completion bash".

            # Sets REPLY to what a word may be: "FILES", "DIRECTORIES" or words. $1 is an option, or a subcommand with the number of the operand.
            _walarchive_choices() {
                case $1 in
            CHOICES
                    *) REPLY= ;;
                esac
            }

            # Sets REPLY to the options that may follow a subcommand, or stand before it.
            _walarchive_options() {
                case $1 in
            OPTIONS
                    *) REPLY= ;;
                esac
            }

            # Succeeds if an option is followed by its value.
            _walarchive_takes_value() {
                case $1 in
                    VALUED) return 0 ;;
                esac
                return 1
            }

            _walarchive() {
                local words=() word joined='' command='' option='' position=0 end=0 current value REPLY
                for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
                    if [[ ${#words[@]} -gt 0 && ( $word == [=:]* || -n $joined ) ]]; then
                        words[${#words[@]}-1]+=$word
                    else
                        words+=("$word")
                    fi
                    joined=
                    [[ $word != *[=:] ]] || joined=1
                done
                current=${words[${#words[@]}-1]}
                for word in "${words[@]:0:${#words[@]}-1}"; do
                    if [[ -n $option ]]; then
                        option=
                    elif [[ $word == -- && $end == 0 ]]; then
                        end=1
                    elif [[ $word == -?* && $end == 0 ]]; then
                        ! _walarchive_takes_value "$word" || option=$word
                    elif [[ -z $command ]]; then
                        command=$word
                    else
                        position=$((position + 1))
                    fi
                done
                value=$current
                if [[ -n $option ]]; then
                    _walarchive_choices "$option"
                elif [[ $current == --*=* && $end == 0 ]]; then
                    value=${current#*=}
                    _walarchive_choices "${current%%=*}"
                elif [[ $current == -* && $end == 0 ]]; then
                    _walarchive_options "$command"
                elif [[ -z $command ]]; then
                    REPLY='SUBCOMMANDS'
                else
                    _walarchive_choices "$command $position"
                fi
                COMPREPLY=()
                for word in $REPLY; do
                    case $word in
                        FILES | DIRECTORIES)
                            compopt -o filenames 2>/dev/null
                            while IFS= read -r word; do
                                COMPREPLY+=("$word")
                            done < <(if [[ $REPLY == *FILES* ]]; then compgen -f -- "$value"; else compgen -d -- "$value"; fi)
                            ;;
                        "$value"*) COMPREPLY+=("$word") ;;
                    esac
                done
            }
            complete -F _walarchive walarchive
            """;

    private BashCompletion() {}

    static String script() {
        return SCRIPT.replace("CHOICES\n", choices())
                .replace("OPTIONS\n", options())
                .replace("VALUED", valued())
                .replace("SUBCOMMANDS", String.join(" ", Choices.subcommands()));
    }

    private static String choices() {
        StringBuilder cases = new StringBuilder();
        for (Option option : Option.values()) {
            String name = option.valueName();
            if (name != null) {
                String words = Completion.words(option).collect(Collectors.joining(" | "));
                cases.append(line(words, Choices.of(name)));
            }
        }
        for (Subcommand subcommand : Completion.subcommands()) {
            List<Choices> operands = Choices.ofOperands(subcommand);
            for (int i = 0; i < operands.size(); i++) {
                cases.append(line("'" + subcommand.word() + " " + i + "'", operands.get(i)));
            }
        }
        return cases.toString();
    }

    private static String line(String pattern, Choices choices) {
        String paths = choices.paths() == Choices.Paths.NONE ? "" : " " + choices.paths();
        return choices.isEmpty()
                ? ""
                : "        " + pattern + ") REPLY='" + (choices.joined() + paths).strip() + "' ;;\n";
    }

    private static String options() {
        StringBuilder cases = new StringBuilder();
        for (Subcommand subcommand : Subcommand.values()) {
            String words =
                    Completion.options(subcommand).stream().map(Option::word).collect(Collectors.joining(" "));
            cases.append("        '")
                    .append(subcommand.word())
                    .append("') REPLY='")
                    .append(words)
                    .append("' ;;\n");
        }
        return cases.toString();
    }

    private static String valued() {
        return Arrays.stream(Option.values())
                .filter(option -> option.valueName() != null)
                .flatMap(Completion::words)
                .distinct()
                .collect(Collectors.joining(" | "));
    }
}
