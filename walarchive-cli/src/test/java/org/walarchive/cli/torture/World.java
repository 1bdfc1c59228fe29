package org.walarchive.cli.torture;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.walarchive.cli.job.CliProcess;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;
import org.walarchive.core.testing.Workload;

/** A server under load, its archive, and at times an agent. */
final class World implements AutoCloseable {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int CLIENTS = 1;

    private final CliProcess cli = new CliProcess().asUsersDo();
    private final PostgresServer server;
    private final Workload load;
    private CliProcess.@Nullable Running agent;
    private int restores;

    private World() {
        server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create();
        server.start();
        load = Workload.start(server, CLIENTS, 1000);
    }

    static World make() {
        World world = new World();
        try {
            world.backup().await().requireSuccess();
            return world;
        } catch (RuntimeException | Error e) {
            world.close();
            throw e;
        }
    }

    CliProcess cli() {
        return cli;
    }

    PostgresServer server() {
        return server;
    }

    Workload load() {
        return load;
    }

    SortedSet<Long> committed() {
        return load.committed();
    }

    CliProcess.Running agent() {
        CliProcess.Running running = agent;
        if (running == null) {
            throw new IllegalStateException("there is no agent");
        }
        return running;
    }

    /** An agent is there in every other round or so; the load goes on. */
    void setUp(Random random) {
        load.resume(CLIENTS);
        if (random.nextBoolean()) {
            startAgent();
        } else {
            stopAgent();
        }
    }

    void startAgent() {
        if (!hasAgent()) {
            agent = cli.start(server, "agent", server.dataDirectory().toString())
                    .awaitLog("the agent serves");
        }
    }

    private boolean hasAgent() {
        CliProcess.Running running = agent;
        return running != null && running.process().isAlive();
    }

    private void stopAgent() {
        CliProcess.Running running = agent;
        if (running != null) {
            running.process().destroy();
            running.await();
        }
        agent = null;
    }

    /** Has a segment end, so that there is something to archive. */
    void switchSoon() {
        server.switchWal();
    }

    CliProcess.Running backup() {
        return cli.start(server, "backup-push", server.dataDirectory().toString());
    }

    Path restoreTarget() {
        return cli.path("restored-" + restores++);
    }

    CliProcess.Running restore(Path target) {
        return cli.start(server, "backup-fetch", target.toString(), "LATEST");
    }

    String logOf(CliProcess.Running running) {
        try {
            return Files.readString(running.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Recovery recovery(Path target) {
        return Recovery.of(VERSION, target, cli.shellCommand("wal-fetch %f %p"));
    }

    void forget(Path target) {
        if (!Files.exists(target)) {
            return;
        }
        try (Stream<Path> files = Files.walk(target)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has the store's directory away while something happens. */
    void withStoreGone(Runnable meanwhile) {
        Path store = cli.path("archive");
        Path away = cli.path("away");
        try {
            Files.move(store, away);
            try {
                meanwhile.run();
            } finally {
                assertFalse(Files.exists(store), "an archive was begun anew where another was before");
                Files.move(away, store);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Archives everything that is committed now. */
    void archiveAll() {
        load.stop();
        String segment = server.switchWal();
        Await.until(segment + " is archived", PATIENCE, () -> isArchived(segment));
    }

    /** By the file that PostgreSQL keeps: its statistics may have gone with a crash. */
    private boolean isArchived(String segment) {
        Path status = server.walDirectory().resolve("archive_status");
        return !Files.exists(status.resolve(segment + ".ready"));
    }

    /** Fails unless the archive is whole, archiving goes on, and everything that was committed can be had from the archive. */
    void requireWhole() {
        archiveAll();
        cli.run("verify").requireSuccess();
        Path target = restoreTarget();
        restore(target).await().requireSuccess();
        try (PostgresServer copy = recovery(target).start()) {
            requireCommitted(copy);
            requireNoPrefetch(copy);
        }
        forget(target);
        requireNoLitter();
    }

    void requireCommitted(PostgresServer copy) {
        SortedSet<Long> found = Workload.movesIn(copy);
        SortedSet<Long> missing = load.committed();
        missing.removeAll(found);
        assertTrue(missing.isEmpty(), () -> missing.size() + " rows are missing, from " + missing.first());
        found.removeAll(load.committed());
        found.removeAll(load.inDoubt());
        assertTrue(found.isEmpty(), () -> "rows that were never committed: " + found);
        Workload.requireBalanced(copy);
    }

    /** What a recovery fetched ahead is gone when it is over. */
    void requireNoPrefetch(PostgresServer copy) {
        Await.until(
                "prefetched files are gone",
                PATIENCE,
                () -> files(copy.walDirectory().resolve(".walarchive"))
                        .noneMatch(name -> name.matches(".*[0-9A-F]{24}.*")));
    }

    /** Notes are left only on files that PostgreSQL still waits for. */
    private void requireNoLitter() {
        Path status = server.walDirectory().resolve("archive_status");
        Path notes = server.walDirectory().resolve(".walarchive/archived");
        Await.until("no note is left", PATIENCE, () -> {
            List<String> left = files(notes)
                    .filter(name -> !Files.exists(status.resolve(name + ".ready")))
                    .toList();
            if (!left.isEmpty() && !hasAgent()) {
                cli.run("wal-push", server.walDirectory().resolve(anySegment()).toString());
            }
            return left.isEmpty();
        });
    }

    private String anySegment() {
        Optional<String> any = files(server.walDirectory())
                .filter(name -> name.matches("[0-9A-F]{24}"))
                .sorted()
                .findFirst();
        return any.orElseThrow();
    }

    private static Stream<String> files(Path directory) {
        try (Stream<Path> files = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            return files.filter(Files::isRegularFile).map(file -> String.valueOf(file.getFileName())).toList().stream();
        } catch (IOException | UncheckedIOException e) {
            return Stream.empty(); // it changes while it is listed
        }
    }

    @Override
    public void close() {
        load.stop();
        stopAgent();
        server.close();
        cli.close();
    }
}
