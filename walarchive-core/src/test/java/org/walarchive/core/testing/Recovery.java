package org.walarchive.core.testing;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a server is to recover on a restored directory: {@code recovery.conf} to 11, {@code recovery.signal} and settings
 * since. Archiving is off, so that the copy does not write into the archive it came from.
 */
public final class Recovery {

    private final PostgresVersion version;
    private final Path dataDirectory;
    private final Map<String, String> recovery = new LinkedHashMap<>();
    private final Map<String, String> overrides = new LinkedHashMap<>(Map.of("archive_mode", "off"));
    private boolean standby;

    private Recovery(PostgresVersion version, Path dataDirectory, String restoreCommand) {
        this.version = version;
        this.dataDirectory = dataDirectory;
        recovery.put("restore_command", restoreCommand);
        recovery.put("recovery_target_timeline", "latest");
    }

    /** Recovers to the end of what the command, which runs as {@link OrdinaryUser}, brings; then promotes. */
    public static Recovery of(PostgresVersion version, Path dataDirectory, String restoreCommand) {
        return new Recovery(version, dataDirectory, restoreCommand);
    }

    /** Sets a target, such as {@code recovery_target_lsn} (10), and promotes when it is reached. */
    public Recovery target(String name, String value) {
        recovery.put(name, value);
        recovery.put("recovery_target_action", "promote");
        return this;
    }

    /** Sets a setting of recovery, such as {@code recovery_target_inclusive} or {@code recovery_target_timeline}. */
    public Recovery setting(String name, String value) {
        recovery.put(name, value);
        return this;
    }

    /** Sets another setting, which wins over those of the restored files. */
    public Recovery override(String name, String value) {
        overrides.put(name, value);
        return this;
    }

    /** Stays in recovery and goes on asking for WAL. */
    public Recovery standby() {
        standby = true;
        return this;
    }

    /** Writes the files and takes the directory over; the server does not run yet. */
    public PostgresServer server() {
        if (version.hasSignalFiles()) {
            TestFiles.append(dataDirectory.resolve("postgresql.auto.conf"), ServerSettings.format(recovery));
            TestFiles.write(dataDirectory.resolve(standby ? "standby.signal" : "recovery.signal"), "");
        } else {
            if (standby) {
                recovery.put("standby_mode", "on");
            }
            TestFiles.write(dataDirectory.resolve("recovery.conf"), ServerSettings.format(recovery));
        }
        return PostgresServer.on(version, dataDirectory, overrides);
    }

    /** Starts the server and waits until it is consistent and, unless a standby, promoted. */
    public PostgresServer start() {
        PostgresServer server = server();
        try {
            server.start();
            if (!standby) {
                server.awaitPromotion();
            }
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }
}
