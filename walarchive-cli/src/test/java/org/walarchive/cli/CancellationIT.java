package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.WalArchive;
import org.walarchive.cli.log.FakeSyslog;

/** What a virtual machine does that is told to end during a base backup. */
@Timeout(240)
final class CancellationIT {

    /** Runs {@code backup-push} on an archive that works until it is interrupted, and then takes its work back. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            FakeArchive fake = new FakeArchive();
            ArchiveOpener opener = config -> opened(fake);
            new Main(
                            arguments.length == 0
                                    ? Map.of("WALARCHIVE_PREFIX", "file:///a")
                                    : Map.of(
                                            "WALARCHIVE_PREFIX",
                                            "file:///a",
                                            "WALE_LOG_DESTINATION",
                                            "syslog",
                                            "WALARCHIVE_SYSLOG_SOCKET",
                                            arguments[0]),
                            System.out,
                            System.err,
                            opener,
                            ExitSignals.of(Map.of(), null, null))
                    .exitNumber("backup-push", "/d");
        }

        private static WalArchive opened(FakeArchive fake) {
            fake.work = () -> {
                System.out.println("working");
                try {
                    new CountDownLatch(1).await();
                } finally {
                    System.out.println("undone");
                }
            };
            return fake;
        }
    }

    @Test
    void theWorkIsUndoneBeforeTheEnd() throws IOException, InterruptedException {
        cancel();
    }

    @Test
    void theLastWordsReachSyslog(@TempDir Path directory) throws IOException, InterruptedException {
        Path socket = directory.resolve("log");
        try (FakeSyslog daemon = FakeSyslog.start(socket)) {
            cancel(socket.toString());
            daemon.awaitMessage("ERROR    MSG: interrupted");
        }
    }

    private static void cancel(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertEquals("working", out.readLine());
        process.toHandle().destroy(); // and not process.destroy(), which closes the streams
        assertEquals("undone", out.readLine());
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it hangs");
        assertEquals(143, process.exitValue());
    }
}
