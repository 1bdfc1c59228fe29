package org.walarchive.core.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.walarchive.LocalFileException;
import org.walarchive.core.server.ControlFile;
import org.walarchive.drill.DrillRequest;

/**
 * The configuration of a drill's server. None of the original's files is used: they may name libraries, certificates and directories
 * of another machine, or archive into the archive the backup came from.
 */
final class DrillConfiguration {

    /** Recovery needs a place for each replication origin that the cluster has; settings before 18 count them with the slots. */
    private static final String MANY = "200";

    private static final Pattern RECOVERY_LINE = Pattern.compile("^(restore_command|recovery_target[a-z_]*) = ");

    private final DrillDirectory directory;
    private final String major;
    private final ControlFile.Parameters original;

    DrillConfiguration(DrillDirectory directory, String major, ControlFile.Parameters original) {
        this.directory = directory;
        this.major = major;
        this.original = original;
    }

    private boolean isAtLeast(int release) {
        return !major.contains(".") && Integer.parseInt(major) >= release;
    }

    /** Writes the files. With a target, what recovery is to do was written by the restore, and stays. */
    void write(DrillRequest request) throws LocalFileException {
        Path data = directory.data();
        Path auto = data.resolve("postgresql.auto.conf"); // read by every server, whatever its config_file
        boolean hasTarget = request.target().isPresent();
        Map<String, String> settings = settings();
        try {
            for (String leftover : List.of("standby.signal", "postmaster.pid")) {
                Files.deleteIfExists(data.resolve(leftover));
            }
            replace(auto, hasTarget && Files.exists(auto) ? recoveryLines(auto) : "");
            if (!hasTarget) {
                recoverToTheEnd(settings);
            }
            String include = request.settings()
                    .map(file -> "include " + quote(file.toAbsolutePath().toString()) + "\n")
                    .orElse("");
            Files.writeString(file("postgresql.conf"), format(settings) + include);
            Files.writeString(file("pg_hba.conf"), "local all all trust\n");
            Files.writeString(file("pg_ident.conf"), "");
        } catch (IOException e) {
            throw new LocalFileException(
                    "the configuration of the drill's server cannot be written", e.toString(), null, e);
        }
    }

    private void recoverToTheEnd(Map<String, String> settings) throws IOException {
        Map<String, String> recovery = new LinkedHashMap<>();
        recovery.put("restore_command", WalFeeder.RESTORE_COMMAND);
        recovery.put("recovery_target_timeline", "latest");
        Path old = directory.data().resolve("recovery.conf");
        Path signal = directory.data().resolve("recovery.signal");
        if (isAtLeast(12)) {
            settings.putAll(recovery);
            Files.deleteIfExists(old);
            replace(signal, "");
        } else {
            Files.deleteIfExists(signal);
            replace(old, format(recovery));
        }
    }

    /** Writes a new file: what the backup has in its place may be a link to anywhere. */
    private static void replace(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        Files.writeString(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static String recoveryLines(Path auto) throws LocalFileException {
        // PostgreSQL's lines end with a line feed, and only those of the restore are left: AutoConf made remarks of the
        // others
        return Arrays.stream(RestoredFile.read(auto).split("\n"))
                .filter(line -> RECOVERY_LINE.matcher(line).find())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private Path file(String name) {
        return directory.configuration().resolve(name);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("max_connections", Integer.toString(Math.max(original.maxConnections(), 20)));
        settings.put("max_worker_processes", Integer.toString(original.maxWorkerProcesses()));
        settings.put("max_wal_senders", original.maxWalSenders().orElse(0).toString());
        settings.put("max_prepared_transactions", Integer.toString(Math.max(original.maxPreparedTransactions(), 100)));
        settings.put("max_locks_per_transaction", Integer.toString(original.maxLocksPerTransaction()));
        settings.put("max_replication_slots", MANY);
        if (isAtLeast(18)) {
            settings.put("max_active_replication_origins", MANY);
        }
        settings.put("wal_level", "replica");
        settings.put("hot_standby", "off"); // so that whoever can connect knows that recovery is over
        settings.put("fsync", "off"); // nobody needs the files after a crash
        settings.put("full_page_writes", "off");
        settings.put("synchronous_commit", "off");
        settings.put("autovacuum", "off");
        settings.put("restart_after_crash", "off");
        settings.put("huge_pages", "off");
        settings.put("logging_collector", "off");
        settings.put("log_destination", "stderr");
        settings.put("log_line_prefix", "%m [%p] ");
        settings.put("lc_messages", "C");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("ssl", "off");
        if (isAtLeast(15)) {
            settings.put("allow_in_place_tablespaces", "on");
        }
        return settings;
    }

    /** Returns the arguments of {@code postgres}; settings among them win over those of files. */
    List<String> arguments() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("config_file", file("postgresql.conf").toString());
        settings.put("hba_file", file("pg_hba.conf").toString());
        settings.put("ident_file", file("pg_ident.conf").toString());
        settings.put("listen_addresses", "");
        settings.put("port", Integer.toString(DrillSession.PORT));
        settings.put("unix_socket_directories", directory.socket().toString());
        settings.put("unix_socket_permissions", "0700");
        settings.put("archive_mode", "off");
        if (isAtLeast(10)) {
            settings.put("max_logical_replication_workers", "0"); // a subscription would consume its publisher's slot
        }
        if (isAtLeast(17)) {
            settings.put("event_triggers", "off");
        }
        List<String> arguments = new ArrayList<>(List.of("-D", directory.data().toString()));
        settings.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
        return arguments;
    }

    private static String format(Map<String, String> settings) {
        StringBuilder lines = new StringBuilder();
        settings.forEach((name, value) ->
                lines.append(name).append(" = ").append(quote(value)).append('\n'));
        return lines.toString();
    }

    /** Quotes a value; PostgreSQL reads backslashes in it as C does (guc-file.l). */
    private static String quote(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
