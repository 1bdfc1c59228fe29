package org.walarchive.core.drill;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.walarchive.LocalFileException;

/**
 * A server that ends when this object is closed, and also when this virtual machine ends without closing it: a shell between the two
 * sends it SIGQUIT at the end of a pipe that only this process holds open.
 */
final class DrillServer implements AutoCloseable {

    /** What a server may know of the environment: where programs and libraries are, and the time zone. */
    private static final Pattern ENVIRONMENT = Pattern.compile("PATH|HOME|USER|LOGNAME|TMPDIR|TZ|LD_\\w+");

    /** Signals come as lines; the end of the lines is SIGQUIT. The shell itself is not ended by what a terminal sends. */
    private static final String SUPERVISOR = """
            trap '' HUP INT TERM QUIT
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            {
                while read -r signal; do kill -s "$signal" "$server"; done
                kill -s QUIT "$server"
            } <&3 2>/dev/null &
            watcher=$!
            exec 3<&-
            wait "$server"
            status=$?
            kill -s KILL "$watcher" 2>/dev/null
            exit "$status"
            """;

    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final OutputStream signals;

    private DrillServer(Process process) {
        this.process = process;
        this.signals = process.getOutputStream();
    }

    /** Starts a server; does not wait for anything. */
    static DrillServer start(Path postgres, List<String> arguments, DrillDirectory directory)
            throws LocalFileException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SUPERVISOR, "sh", postgres.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(directory.root().toFile());
        clean(builder.environment());
        builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.serverLog().toFile()));
        try {
            return new DrillServer(builder.start());
        } catch (IOException e) {
            throw new LocalFileException("the server " + postgres + " cannot be started", e.toString(), null, e);
        }
    }

    /** The rest may hold credentials of the store and of keys, and settings of another server. */
    static void clean(Map<String, String> environment) {
        environment.keySet().removeIf(name -> !ENVIRONMENT.matcher(name).matches());
        environment.put("LC_ALL", "C");
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Shuts the server down as {@code pg_ctl stop} does. */
    void shutDown() {
        try {
            signals.write("INT\n".getBytes(StandardCharsets.US_ASCII));
            signals.flush();
        } catch (IOException e) {
            return; // it has ended already
        }
        await();
    }

    private boolean await() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (true) {
                try {
                    return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends the server at once, if it still runs, and waits until it has ended. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        try {
            signals.close();
        } catch (IOException e) {
            process.destroyForcibly();
        }
        if (!await()) {
            children.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            await();
        }
    }
}
