package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that are not ours; a test that needs one is skipped where it is not installed, and says so. */
public final class Tools {

    private static final String WAL_E = "WALARCHIVE_TEST_WALE";

    private Tools() {}

    /** Returns a program of the search path. */
    public static Program require(String name) {
        Optional<Path> found = find(name);
        assumeTrue(found.isPresent(), name + " is not on the PATH");
        return Program.of(found.get());
    }

    /** Returns WAL-E, ready to run: it calls lzop, pv and psql. */
    static Program requireWalE(Path archive) {
        String named = System.getenv(WAL_E);
        Optional<Path> found = named == null || named.isEmpty() ? find("wal-e") : Optional.of(Path.of(named));
        assumeTrue(found.isPresent(), "WAL-E is not installed: no " + WAL_E + ", no wal-e on the PATH");
        for (String name : new String[] {"lzop", "pv", "psql"}) {
            assumeTrue(find(name).isPresent(), "WAL-E needs " + name + ", which is not on the PATH");
        }
        return Program.of(found.get())
                .with("WALE_FILE_PREFIX", "file://localhost" + archive.toAbsolutePath())
                .with("WALE_LOG_DESTINATION", "stderr")
                .with("WALE_RETRIES", "2");
    }

    private static Optional<Path> find(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
