package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.core.testing.Await;

final class ServiceManagerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String READY =
            "READY=1 MAINPID=" + ProcessHandle.current().pid();

    @TempDir
    Path base;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final RecordLog log = new RecordLog(new PrintStream(err, true, StandardCharsets.UTF_8), Severity.INFO);
    private Path told;

    @BeforeEach
    void name() {
        told = base.resolve("told");
    }

    /** Writes down what systemd would have been told. */
    private ServiceManager manager(Map<String, String> environment) {
        return new ServiceManager(environment, log, List.of("sh", "-c", "echo \"$*\" >>'" + told + "'", "sh"));
    }

    private List<String> told() {
        try {
            return Files.exists(told) ? Files.readAllLines(told) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void withoutSystemdNothingIsRun() throws Exception {
        try (ServiceManager manager = manager(Map.of("WATCHDOG_USEC", "1000"))) {
            manager.ready(() -> true);
        }
        assertEquals(List.of(), told());
    }

    @Test
    void theBeginAndTheEndAreTold() throws Exception {
        try (ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", "/run/x"))) {
            manager.ready(() -> true);
            assertEquals(List.of(READY), told());
            Thread.currentThread().interrupt();
        }
        assertTrue(Thread.interrupted());
        assertEquals(List.of(READY, "STOPPING=1"), told());
    }

    @Test
    void theWatchdogIsFedAsLongAsTheAgentLives() throws Exception {
        AtomicBoolean alive = new AtomicBoolean(true);
        Map<String, String> environment = Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000");
        try (ServiceManager manager = manager(environment)) {
            manager.ready(alive::get);
            Await.until("it is fed", PATIENCE, () -> told().contains("WATCHDOG=1"));
            alive.set(false);
            Await.until(
                    "it notices",
                    PATIENCE,
                    () -> err.toString(StandardCharsets.UTF_8).contains("the agent does not respond"));
            int fed = told().size();
            err.reset();
            Await.until(
                    "it notices again",
                    PATIENCE,
                    () -> err.toString(StandardCharsets.UTF_8).contains("the agent does not respond"));
            assertEquals(fed, told().size());
        }
    }

    @Test
    void withoutTheProgramTheAgentGoesOn() throws Exception {
        try (ServiceManager manager =
                new ServiceManager(Map.of("NOTIFY_SOCKET", "/run/x"), log, List.of("walarchive-no-such-program"))) {
            manager.ready(() -> true);
        }
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("Install systemd-notify"));
        assertFalse(Files.exists(told));
    }
}
