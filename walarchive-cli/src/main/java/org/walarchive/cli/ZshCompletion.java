package org.walarchive.cli;

import java.util.ArrayList;
import java.util.List;

/** The script for zsh. */
final class ZshCompletion {

    private static final String SCRIPT = """
            #compdef walarchive
            # Completion for zsh, made by "walarchive completion zsh".

            _walarchive() {
                local context state state_descr line
                typeset -A opt_args
                _arguments -C -S \\
            GLOBAL
                    '1:subcommand:->subcommand' '*:: :->arguments' && return
                case $state in
                    subcommand)
                        local -a subcommands=(
            SUBCOMMANDS
                        )
                        _describe -t subcommands subcommand subcommands
                        ;;
                    arguments)
                        case $words[1] in
            CASES
                        esac
                        ;;
                esac
            }

            if [[ ${funcstack[1]-} == _walarchive ]]; then
                _walarchive "$@"
            else
                compdef _walarchive walarchive
            fi
            """;

    private ZshCompletion() {}

    static String script() {
        StringBuilder subcommands = new StringBuilder();
        StringBuilder cases = new StringBuilder();
        for (Subcommand subcommand : Completion.subcommands()) {
            subcommands.append(
                    "                " + quoted(subcommand.word() + ":" + HelpText.summary(subcommand)) + "\n");
            List<String> words = new ArrayList<>(options(subcommand));
            words.addAll(operands(subcommand));
            cases.append("                " + subcommand.word() + ") _arguments -S "
                    + String.join(" \\\n                    ", words) + " ;;\n");
        }
        return SCRIPT.replace("GLOBAL\n", "        " + String.join(" \\\n        ", options(Subcommand.NONE)) + " \\\n")
                .replace("SUBCOMMANDS\n", subcommands)
                .replace("CASES\n", cases);
    }

    private static List<String> options(Subcommand subcommand) {
        List<String> words = new ArrayList<>();
        for (Option option : Completion.options(subcommand)) {
            String text = Completion.explanation(subcommand, option).replaceAll("[\\[\\]]", "\\\\$0");
            String name = option.valueName();
            String value = name == null ? "" : ":" + name.replace(":", "\\:") + ":" + action(Choices.of(name));
            words.add(quoted(option.word() + (name == null ? "" : "=") + "[" + text + "]" + value));
            if (!option.shortWord().isEmpty()) {
                words.add(quoted(option.shortWord() + (name == null ? "" : "+") + "[" + text + "]" + value));
            }
        }
        return words;
    }

    private static List<String> operands(Subcommand subcommand) {
        List<String> words = new ArrayList<>();
        List<Choices> choices = Choices.ofOperands(subcommand);
        String[] names = subcommand.operands().split(" ");
        for (int i = 0; i < subcommand.mostOperands(); i++) {
            String name = choices.size() == names.length ? names[i].replaceAll("[\\[\\]]", "") : "operand";
            Choices choice = i < choices.size() ? choices.get(i) : Choices.of("");
            words.add(quoted((i < subcommand.fewestOperands() ? ":" : "::") + name + ":" + action(choice)));
        }
        return words;
    }

    private static String action(Choices choices) {
        String words = choices.words().isEmpty() ? "" : "(" + choices.joined() + ")";
        return switch (choices.paths()) {
            case NONE -> words.isEmpty() ? " " : words;
            case DIRECTORIES -> "_files -/";
            case FILES -> "_files";
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
