package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.walarchive.cli.interop.Tools;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** The command on a terminal, which {@code script} of util-linux plays, and on none. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "script of other systems has other options")
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class TerminalIT {

    private static final String ERASE = "\r\033[K";

    private static PostgresServer server;

    private final CliProcess cli = new CliProcess();

    @BeforeAll
    static void createCluster() {
        server = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .create();
    }

    @AfterAll
    static void deleteCluster() {
        server.close();
    }

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    @DisplayName(
            "a backup shows how far it is on a terminal, leaves nothing of it among the log, and writes no escapes elsewhere")
    void aLineThatIsTakenAway() {
        Tools.require("script");
        String data = server.dataDirectory().toString();
        String[] words = {"backup-push", "--while-offline", "--cluster-read-rate-limit", "16000000", data};
        cli.under(List.of("sh", "-c", "exec script -qefc \"$*\" /dev/null", "sh"));
        CliProcess.Outcome shown =
                cli.run(Map.of("TERM", "xterm", "COLUMNS", "70"), words).requireSuccess();
        assertTrue(shown.output().contains(ERASE + "0:0"), shown.output());
        assertTrue(shown.output().contains("% [="), shown.output());
        for (String part : shown.output().split("\r\033\\[K|\r\n")) {
            assertFalse(part.contains("sending") && part.length() > 69, part);
        }
        String rest = shown.output()
                .replaceAll("\r\033\\[K[^\r\n]*(?=\r\033\\[K)", "")
                .replace(ERASE, "");
        assertTrue(
                rest.lines()
                        .allMatch(line -> line.isEmpty() || line.startsWith("walarchive.") || line.startsWith("     ")),
                rest);
    }

    @Test
    @DisplayName("what is no terminal gets no escapes, and JSON if it asks")
    void noTerminal() {
        String data = server.dataDirectory().toString();
        CliProcess.Outcome pushed = cli.run(Map.of("TERM", "xterm"), "--terse", "backup-push", "--while-offline", data)
                .requireSuccess();
        assertEquals("", pushed.output() + pushed.log());
        CliProcess.Outcome fetched = cli.run(
                        Map.of(),
                        "--terse",
                        "backup-fetch",
                        "--progress",
                        "json",
                        cli.path("r").toString(),
                        "LATEST")
                .requireSuccess();
        List<String> lines = fetched.log().lines().toList();
        String last = lines.get(lines.size() - 1);
        assertTrue(
                last.matches("\\{\"phase\":\"fetch\",\"bytes\":([0-9]+),\"totalBytes\":\\1,.*\"etaSeconds\":0,.*}"),
                last);
    }
}
