package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Slips of the pen in names of variables. */
final class UnknownVariablesTest {

    private static final Pattern NAME = Pattern.compile("\\b(WALE|WALARCHIVE)_[A-Z0-9_]*[A-Z0-9](?![A-Z0-9_])");

    private final Cli cli = new Cli();

    @ParameterizedTest
    @CsvSource({
        "WALE_FILE_PREFX, WALE_FILE_PREFIX",
        "WALE_GPG_KEYID, WALE_GPG_KEY_ID",
        "WALARCHIVE_COMPRESION, WALARCHIVE_COMPRESSION",
        "WALARCHIVE_RETRY_DEADLNIE, WALARCHIVE_RETRY_DEADLINE",
        "WALARCHIVE_S3_CAFILE, WALARCHIVE_S3_CA_FILE"
    })
    void aNameThatResemblesOneIsTold(String written, String meant) {
        cli.environment.put(written, "x");
        assertEquals(0, cli.run("backup-list"));
        assertTrue(
                cli.err()
                        .contains("WARNING  MSG: " + written
                                + " is set, and nobody reads it\n        HINT: Did you mean " + meant + "?\n"),
                cli.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WALARCHIVE_SQL_URL",
                "WALARCHIVE_B2_CA_FILE",
                "WALARCHIVE_TEST_PREFIX",
                "WALARCHIVE_BENCH_S3_PREFIX",
                "WALARCHIVE_ARCHIVE_TIMEOUT",
                "WALE_PREFERENCES",
                "WAL_FILE_PREFIX"
            })
    void aNameOfSomebodyElsesIsPassedOver(String name) {
        cli.environment.put(name, "x");
        assertEquals(0, cli.run("backup-list"));
        assertFalse(cli.err().contains("WARNING"), cli.err());
    }

    @Test
    void aNameThatIsEmptyIsPassedOver() {
        cli.environment.put("WALE_FILE_PREFX", "");
        assertEquals(0, cli.run("backup-list"));
        assertFalse(cli.err().contains("WARNING"), cli.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"wal-push x", "wal-fetch 000000010000000000000001 x"})
    void whatPostgresqlCallsForEachSegmentTellsItOnlyWhenItFailsForIt(String words) {
        cli.environment.put("WALE_FILE_PREFX", "file://localhost/srv/archive");
        assertEquals(0, cli.run(words.split(" ")));
        assertEquals("", cli.err());
        cli.environment.remove("WALE_FILE_PREFIX");
        cli.run(words.split(" "));
        assertTrue(cli.err().contains("Did you mean WALE_FILE_PREFIX?"), cli.err());
        assertTrue(cli.err().contains("MSG: no storage prefix defined"), cli.err());
    }

    /** What the modules, the launcher and the documents name is what is known. */
    @Test
    void allNamesAreKnown() throws IOException {
        List<Path> files = new ArrayList<>(List.of(
                Path.of("src/main/launcher/walarchive"),
                Path.of("../docs/settings.md"),
                Path.of("../docs/encryption.md")));
        try (Stream<Path> modules = Files.list(Path.of(".."));
                Stream<Path> stores = Files.list(Path.of("../docs/stores"))) {
            for (Path module : (Iterable<Path>) modules.filter(path -> Files.isDirectory(path.resolve("src/main/java")))
                    .filter(path -> path.getFileName().toString().startsWith("walarchive-"))::iterator) {
                try (Stream<Path> sources = Files.walk(module.resolve("src/main/java"))) {
                    files.addAll(sources.filter(Files::isRegularFile)
                            .filter(path -> !path.endsWith("UnknownVariables.java"))
                            .toList());
                }
            }
            stores.forEach(files::add);
        }
        TreeSet<String> named = new TreeSet<>();
        for (Path file : files) {
            NAME.matcher(Files.readString(file))
                    .results()
                    .map(MatchResult::group)
                    .forEach(named::add);
        }
        named.removeIf(name -> name.startsWith("WALARCHIVE_TEST_"));
        assertEquals(List.copyOf(named), List.of(UnknownVariables.KNOWN));
    }
}
