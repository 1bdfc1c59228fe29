package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.walarchive.ArchiveConfig;

/** What the launcher knows of Java's lists. */
final class LauncherListsTest {

    private static String launcher() throws IOException {
        return Files.readString(Path.of("src/main/launcher/walarchive"));
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).toList();
    }

    @Test
    void theVariablesOfTheLocationAreAskedInTheSameOrder() throws IOException {
        String line = launcher()
                .lines()
                .filter(text -> text.contains("location=${WALARCHIVE_PREFIX:-"))
                .findFirst()
                .orElseThrow();
        assertEquals(ArchiveConfig.LOCATION_VARIABLES, found(Pattern.compile("[A-Z0-9]+_[A-Z0-9_]*PREFIX"), line));
    }

    /** The engine is on the class path of tests, and not for the compiler. */
    @Test
    void theAddressIsMadeOfTheSameVariables() throws IOException, ReflectiveOperationException {
        Matcher line =
                Pattern.compile("(?m)^address_variables='([A-Z0-9_ ]+)'$").matcher(launcher());
        assertTrue(line.find());
        List<String> here = List.of(line.group(1).split(" "));
        assertEquals(here.stream().sorted().distinct().toList(), here);
        Field list = Class.forName("org.walarchive.core.spool.ArchiveAddress").getField("VARIABLES");
        assertEquals(list.get(null), here);
    }

    @Test
    void everySubcommandIsKnown() throws IOException {
        Matcher line = Pattern.compile("(?m)^ +(agent \\| [a-z| -]+)\\)$").matcher(launcher());
        assertTrue(line.find());
        List<String> words = Arrays.stream(Subcommand.values())
                .filter(subcommand -> subcommand != Subcommand.NONE)
                .map(Subcommand::word)
                .sorted()
                .toList();
        assertEquals(words, Arrays.stream(line.group(1).split(" \\| ")).sorted().toList());
    }
}
