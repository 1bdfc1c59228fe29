package org.walarchive.cli.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The distribution, copied once for all tests of this JVM to where {@link org.walarchive.core.testing.OrdinaryUser} can
 * read it, who may not be able to enter the project's directory.
 */
final class Distribution {

    private static final Path ASSEMBLED = Path.of("target", "walarchive");

    /** Copies at the first use. */
    private static final class Copy {
        private static final Path HOME = make();

        private static Path make() {
            if (!Files.isDirectory(ASSEMBLED)) {
                throw new IllegalStateException(
                        "there is no distribution in " + ASSEMBLED.toAbsolutePath() + "; run the phase package first");
            }
            try {
                Path home = Ground.open(Files.createTempDirectory("walarchive-distribution"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> Ground.delete(home)));
                Ground.copy(ASSEMBLED, home.resolve("walarchive"));
                return home.resolve("walarchive");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Distribution() {}

    static Path launcher() {
        return Copy.HOME.resolve("bin").resolve("walarchive");
    }
}
