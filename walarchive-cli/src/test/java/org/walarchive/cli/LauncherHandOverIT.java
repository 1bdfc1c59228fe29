package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the launcher hands over a segment that was fetched ahead, and when it does not. */
@Timeout(240)
final class LauncherHandOverIT {

    private static final String NAME = LauncherHost.SEGMENT;
    private static final String ADDRESS = "file:///srv/archive";
    private static final String CONTENT = "\u0001\u0080\u0000\n ~" + "x".repeat(60);

    @TempDir
    private Path directory;

    private LauncherHost host;
    private Path fetched;

    static List<List<String>> shells() {
        return LauncherHost.shells().toList();
    }

    private void prepare(List<String> shell) throws IOException {
        host = new LauncherHost(directory, shell);
        fetched = host.spool("prefetch/" + NAME);
        Files.writeString(fetched, CONTENT, StandardCharsets.ISO_8859_1);
    }

    private static String header() {
        return HexFormat.of().formatHex(CONTENT.getBytes(StandardCharsets.ISO_8859_1), 0, 40);
    }

    private void say(String text) throws IOException {
        Files.writeString(host.spool("prefetch/" + NAME + ".ok"), text);
    }

    private void sayRight() throws IOException, InterruptedException {
        say(ADDRESS + "\n" + LauncherHost.identity(fetched) + "\n" + header() + "\n");
    }

    private LauncherHost.Run fetch(String target) throws IOException, InterruptedException {
        return host.run("wal-fetch", NAME, target);
    }

    private void assertLeft(String target) throws IOException, InterruptedException {
        assertTrue(fetch(target).java());
        assertTrue(Files.exists(fetched), "it was moved");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void byRename(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        for (List<String> words : List.of(
                List.of("wal-fetch", NAME, "pg_wal/RECOVERYXLOG"),
                List.of("wal-fetch", "-p", "8", NAME, "pg_wal/RECOVERYXLOG"),
                List.of(
                        "wal-fetch",
                        "--prefetch=8",
                        NAME,
                        host.wal("RECOVERYXLOG").toString()))) {
            Files.writeString(fetched, CONTENT, StandardCharsets.ISO_8859_1);
            sayRight();
            Object inode = Files.getAttribute(fetched, "unix:ino");
            assertEquals(new LauncherHost.Run(0, "", false), host.run(words.toArray(String[]::new)));
            assertFalse(Files.exists(fetched));
            assertEquals(inode, Files.getAttribute(host.wal("RECOVERYXLOG"), "unix:ino"));
            assertTrue(host.run(words.toArray(String[]::new)).java(), "handed over twice");
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void onlyWhatIsProven(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        String identity = LauncherHost.identity(fetched);
        assertLeft("pg_wal/RECOVERYXLOG");
        for (String text : List.of(
                "",
                ADDRESS + "\n" + identity + "\n",
                ADDRESS + "\n" + identity + "\n\n",
                ADDRESS + "\n" + identity + "\n" + header(),
                ADDRESS + "\n" + identity + "\n" + header() + "\nmore\n",
                ADDRESS + "\n" + identity + "\n" + header().replaceFirst("0", "1") + "\n",
                ADDRESS + "\n" + identity + "\n" + header().substring(2) + "\n",
                ADDRESS + "\n" + identity + "1\n" + header() + "\n",
                ADDRESS + "2\n" + identity + "\n" + header() + "\n")) {
            say(text);
            assertLeft("pg_wal/RECOVERYXLOG");
        }
        sayRight();
        Files.writeString(fetched, CONTENT, StandardCharsets.ISO_8859_1);
        assertLeft("pg_wal/RECOVERYXLOG");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void onlyToRecovery(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        sayRight();
        for (String target : List.of("pg_wal/" + NAME, "pg_wal/RECOVERYHISTORY", "pg_wal/XRECOVERYXLOG")) {
            assertLeft(target);
        }
        assertTrue(host.run("wal-fetch", "../prefetch/" + NAME, "pg_wal/RECOVERYXLOG")
                .java());
        Files.createDirectory(host.wal("RECOVERYXLOG"));
        assertLeft("pg_wal/RECOVERYXLOG");
        Files.delete(host.wal("RECOVERYXLOG"));
        host.replace("mv", "exit 1");
        assertLeft("pg_wal/RECOVERYXLOG");
        host.replace("od", "exit 1");
        assertLeft("pg_wal/RECOVERYXLOG");
    }
}
