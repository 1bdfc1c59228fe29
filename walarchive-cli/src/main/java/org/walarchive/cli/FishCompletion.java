package org.walarchive.cli;

/** The script for fish. */
final class FishCompletion {

    private FishCompletion() {}

    static String script() {
        String words = String.join(" ", Choices.subcommands());
        StringBuilder script = new StringBuilder("# Completion for fish, made by \"walarchive completion fish\".\n\n"
                + "function __walarchive_before_subcommand\n"
                + "    not __fish_seen_subcommand_from " + words + "\nend\n\n"
                + "complete -c walarchive -f\n");
        String before = "__walarchive_before_subcommand";
        for (Subcommand subcommand : Completion.subcommands()) {
            script.append("complete -c walarchive -n " + before + " -a " + subcommand.word() + " -d "
                    + quoted(HelpText.summary(subcommand)) + "\n");
        }
        options(script, Subcommand.NONE, before);
        for (Subcommand subcommand : Completion.subcommands()) {
            String after = "'__fish_seen_subcommand_from " + subcommand.word() + "'";
            options(script, subcommand, after);
            for (Choices choices : Choices.ofOperands(subcommand)) {
                if (!choices.isEmpty()) {
                    script.append("complete -c walarchive -n " + after + arguments(choices) + "\n");
                }
            }
        }
        return script.toString();
    }

    private static void options(StringBuilder script, Subcommand subcommand, String condition) {
        for (Option option : Completion.options(subcommand)) {
            script.append("complete -c walarchive -n " + condition);
            if (!option.shortWord().isEmpty()) {
                script.append(" -s " + option.shortWord().substring(1));
            }
            script.append(" -l " + option.word().substring(2));
            String name = option.valueName();
            if (name != null) {
                Choices choices = Choices.of(name);
                script.append(" -r" + (choices.isEmpty() ? " -f" : arguments(choices)));
            }
            script.append(" -d " + quoted(Completion.explanation(subcommand, option)) + "\n");
        }
    }

    private static String arguments(Choices choices) {
        String words = choices.joined();
        return switch (choices.paths()) {
            case NONE -> " -f -a " + quoted(words);
            case DIRECTORIES -> " -f -a " + quoted((words + " (__fish_complete_directories)").strip());
            case FILES -> " -F" + (words.isEmpty() ? "" : " -a " + quoted(words));
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
