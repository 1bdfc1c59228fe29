package org.walarchive.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;

/**
 * Tells systemd how the service is doing, if it asked: sd_notify(3), by the program {@code systemd-notify}, since Java has no datagram
 * sockets of that kind.
 */
final class ServiceManager implements AutoCloseable {

    private static final int LONGEST_SECONDS = 3;

    private final boolean asked;
    private final Duration watchdog;
    private final List<String> program;
    private final RecordLog log;
    private final CountDownLatch stopped = new CountDownLatch(1);

    ServiceManager(Map<String, String> environment, RecordLog log) {
        this(environment, log, List.of("systemd-notify"));
    }

    ServiceManager(Map<String, String> environment, RecordLog log, List<String> program) {
        this.asked = !environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty();
        this.watchdog = watchdog(environment.get("WATCHDOG_USEC"));
        this.program = List.copyOf(program);
        this.log = log;
    }

    private static Duration watchdog(@Nullable String microseconds) {
        try {
            return microseconds == null
                    ? Duration.ZERO
                    : Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(microseconds)));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    /**
     * Says that the service is ready, and from now on that it is alive, as often as systemd wants to hear it.
     *
     * @param alive tells whether it is
     */
    void ready(BooleanSupplier alive) throws InterruptedException {
        if (!asked) {
            return;
        }
        tell("READY=1", "MAINPID=" + ProcessHandle.current().pid());
        if (watchdog.toMillis() > 0) {
            Thread thread = new Thread(() -> watch(alive), "watchdog");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void watch(BooleanSupplier alive) {
        try {
            while (!stopped.await(watchdog.toMillis() / 3, TimeUnit.MILLISECONDS)) {
                if (alive.getAsBoolean()) {
                    tell("WATCHDOG=1");
                } else {
                    log.write(Main.record(Severity.ERROR, "the agent does not respond", null, null));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String... news) throws InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.addAll(Arrays.asList(news));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            log.write(Main.record(
                    Severity.WARNING,
                    "systemd cannot be told how the agent is doing",
                    e.getMessage(),
                    "Install systemd-notify, or use Type=exec without WatchdogSec."));
        }
    }

    /** Says that the service stops. */
    @Override
    public void close() {
        if (stopped.getCount() > 0 && asked) {
            stopped.countDown();
            boolean interrupted = Thread.interrupted();
            try {
                tell("STOPPING=1");
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
