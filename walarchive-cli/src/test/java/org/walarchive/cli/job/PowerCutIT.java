package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** The order of writes, syncs and names of real commands, held against what a power cut at any call would leave. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class PowerCutIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final String SENTINEL = "_backup_stop_sentinel.json";

    private final CliProcess cli = new CliProcess();
    private final Path archive = cli.path("archive");
    private final Path temporary = archive.resolve(".walarchive-tmp");
    private final Path backups = archive.resolve("basebackups_005");
    private final Path data = cli.path("restored");
    private final PowerCut model = new PowerCut();
    private final List<String> faults = new ArrayList<>();
    private int published;
    private int acknowledged;
    private int deleted;
    private int records;

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    @DisplayName("at whatever call the power fails: no object is half there, and what was reported is there")
    void anyCall() {
        assumeTrue(SystemCalls.canBeRecorded(), "needs strace");
        Path archiving = newRecord();
        Path working;
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand("exec "
                        + String.join(" ", SystemCalls.recording(archiving)).replaceFirst("strace", "strace -A")
                        + " env " + cli.shellCommand("wal-push %p"))
                .create()) {
            working = server.dataDirectory();
            server.start();
            List<String> recording = new ArrayList<>(SystemCalls.recording(archiving));
            recording.add(1, "-A");
            cli.under(recording);
            cli.run(server, "backup-push", working.toString()).requireSuccess();
            cli.under(List.of());
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        replay(archiving, working);
        // The last push may have been recorded when it was over, but its removal of a temporary name need not be
        // durable.
        assertEquals(List.of(), unsettled(archive));
        assertTrue(published > 4, () -> "only " + published + " objects");
        assertTrue(acknowledged > 0, "nothing was acknowledged");

        recorded(working, "backup-fetch", data.toString(), "LATEST");
        assertTrue(model.isDurable(data.resolve("global/pg_control")));
        assertEquals(List.of(), model.unsettled(data));

        recorded(working, "delete", "--confirm", "everything");
        assertTrue(deleted > 4, () -> "only " + deleted + " objects");
        assertEquals(List.of(), unsettled(archive));
        assertEquals(List.of(), faults);
    }

    private Path newRecord() {
        return cli.path("record" + ++records);
    }

    private void recorded(Path working, String... command) {
        Path record = newRecord();
        cli.under(SystemCalls.recording(record));
        cli.run(command).requireSuccess();
        cli.under(List.of());
        replay(record, working);
    }

    private List<Path> unsettled(Path directory) {
        return model.unsettled(directory).stream()
                .filter(path -> !path.startsWith(temporary))
                .toList();
    }

    private void replay(Path record, Path working) {
        for (SystemCall call : SystemCalls.read(record, working)) {
            if (!call.paths().isEmpty()) {
                look(call);
            }
            model.apply(call);
        }
    }

    private void require(boolean holds, String what, SystemCall call) {
        if (!holds) {
            faults.add(what + ": " + call);
        }
    }

    /** What has to hold before a call, should that be the last one whose effect survives. */
    private void look(SystemCall call) {
        Path path = call.path();
        switch (call.name()) {
            case "rename", "renameat", "renameat2", "link", "linkat" ->
                lookAtName(call, call.paths().get(0), path);
            case "write", "pwrite64", "writev", "pwritev", "ftruncate" ->
                require(!isObject(path), "an object is written to under its name", call);
            case "unlink", "unlinkat" -> lookAtDeletion(call, path);
            case "open", "openat", "creat" ->
                require(!call.creates() || !isObject(path), "an object is made under its name", call);
            default -> {
                // directories and syncs
            }
        }
    }

    private boolean isObject(Path path) {
        return path.startsWith(archive) && !path.startsWith(temporary);
    }

    private void lookAtName(SystemCall call, Path from, Path to) {
        if (isObject(to)) {
            published++;
            require(model.isWhole(from), "named before its content is durable", call);
            String name = to.getFileName().toString();
            if (name.endsWith(SENTINEL)) {
                Path parts = to.resolveSibling(name.substring(0, name.length() - SENTINEL.length()));
                require(!model.below(parts).isEmpty(), "a sentinel without parts", call);
                require(model.unsettled(parts).isEmpty(), "a sentinel before its parts are durable", call);
            }
        } else if (to.getParent().endsWith(".walarchive/archived")) {
            acknowledged++;
            String segment = to.getFileName().toString();
            require(
                    model.below(archive.resolve("wal_005")).stream()
                            .anyMatch(object ->
                                    object.getFileName().toString().startsWith(segment) && model.isDurable(object)),
                    "acknowledged before it is durable",
                    call);
        } else if (to.equals(data.resolve("global/pg_control"))) {
            require(model.isWhole(from), "pg_control is named before its content is durable", call);
            List<Path> open = new ArrayList<>(model.unsettled(data));
            require(open.isEmpty(), "the cluster can be started before all is durable: " + open, call);
        }
    }

    private void lookAtDeletion(SystemCall call, Path path) {
        if (!isObject(path)) {
            return;
        }
        deleted++;
        if (!path.getFileName().toString().endsWith(SENTINEL) && !path.startsWith(archive.resolve("walarchive"))) {
            List<Path> sentinels = model.below(backups).stream()
                    .filter(file -> file.getFileName().toString().endsWith(SENTINEL))
                    .toList();
            require(sentinels.isEmpty(), "a part is deleted before its sentinel", call);
            require(
                    model.unsettled(backups).stream()
                            .noneMatch(file -> file.getFileName().toString().endsWith(SENTINEL)),
                    "a part is deleted while its sentinel may come back",
                    call);
        }
    }
}
