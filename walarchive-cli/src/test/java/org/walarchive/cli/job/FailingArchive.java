package org.walarchive.cli.job;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.walarchive.Compression;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;
import org.walarchive.store.tck.FaultProxy;
import org.walarchive.store.tck.NetworkFault;
import org.walarchive.store.tck.NetworkFaults;
import org.walarchive.store.tck.ProxiedRequest;

/**
 * An archive in S3 that can be made to fail: a base backup, segments with rows on timeline 1 and, after a promotion, on timeline 2. What goes
 * to it passes a gate and a proxy.
 */
final class FailingArchive implements AutoCloseable {

    static final String ROWS = "SELECT count(*) || ' ' || sum(i) FROM t";
    static final String HISTORY = "00000002.history";

    private static final String DIRECTORY = "some/dir/wal_005/";
    private static final int ROWS_PER_SEGMENT = 1000;

    private final PostgresVersion version;
    private final S3Server service;
    private final String bucket;
    private final FaultProxy proxy;
    private final Gate gate;
    private final CliProcess cli;
    private final List<String> segments = new ArrayList<>();
    private final Map<String, byte[]> replaced = new HashMap<>();
    private String firstRows = "";
    private String rows = "";
    private int restores;

    FailingArchive(PostgresVersion version, S3Server service) throws IOException {
        this.version = version;
        this.service = service;
        bucket = service.newBucket();
        proxy = FaultProxy.start("127.0.0.1:" + service.endpoint().getPort(), NetworkFaults.none());
        gate = new Gate(proxy.port());
        Map<String, String> environment = new HashMap<>(service.environment(bucket, gate.port()));
        environment.put("WALARCHIVE_S3_SSE", "none");
        environment.put("WALARCHIVE_S3_READ_TIMEOUT", "20");
        environment.put("WALARCHIVE_RETRY_DEADLINE", "60");
        cli = new CliProcess(environment);
        firstTimeline();
        secondTimeline();
    }

    private void firstTimeline() {
        PostgresServer.Builder cluster =
                PostgresServer.builder(version).archiveCommand(cli.shellCommand("wal-push %p"));
        if (version.isAtLeast(PostgresVersion.V11)) {
            cluster.walSegmentMegabytes(1);
        }
        try (PostgresServer server = cluster.create()) {
            server.start();
            server.execute("CREATE TABLE t (i int)");
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            write(server, 4);
            firstRows = server.queryText(ROWS);
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
    }

    private void secondTimeline() {
        try (PostgresServer server = recovery(cli.shellCommand("wal-fetch --prefetch 0 %f %p"))
                .override("archive_mode", "on")
                .override("archive_command", cli.shellCommand("wal-push %p"))
                .start()) {
            write(server, 2);
            rows = server.queryText(ROWS);
            server.stop(PostgresServer.StopMode.FAST);
        }
    }

    private void write(PostgresServer server, int count) {
        for (int i = 0; i < count; i++) {
            int first = segments.size() * ROWS_PER_SEGMENT;
            server.execute("INSERT INTO t SELECT i FROM generate_series(" + first + ", "
                    + (first + ROWS_PER_SEGMENT - 1) + ") i");
            segments.add(server.switchWal());
        }
        server.awaitArchived(segments.get(segments.size() - 1));
    }

    CliProcess cli() {
        return cli;
    }

    /** Returns the settings of what is to give up soon. */
    static Map<String, String> hasty() {
        return Map.of("WALARCHIVE_S3_READ_TIMEOUT", "1", "WALARCHIVE_RETRY_DEADLINE", "1");
    }

    /** Returns a shell command with those settings. */
    static String hasty(String command) {
        String hasty = command;
        for (Map.Entry<String, String> setting : hasty().entrySet()) {
            String name = setting.getKey();
            hasty = hasty.replaceFirst(name + "='\\d+'", name + "='" + setting.getValue() + "'");
        }
        return hasty;
    }

    /** What {@link #ROWS} says at the end of timeline 1. */
    String firstRows() {
        return firstRows;
    }

    /** What {@link #ROWS} says at the end of timeline 2. */
    String rows() {
        return rows;
    }

    /** One of those after the backup, from 0; the last two are of timeline 2. */
    String segment(int index) {
        return segments.get(index);
    }

    /** Restores the backup into a directory of its own, to be recovered by a command. */
    Recovery recovery(String restoreCommand) {
        Path directory = cli.path("restored" + ++restores);
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        return Recovery.of(version, directory, restoreCommand);
    }

    /** From the first request that is meant, that one and all that follow fail. */
    void failFrom(Predicate<ProxiedRequest> meant, NetworkFault fault) {
        AtomicBoolean begun = new AtomicBoolean();
        proxy.disturb(request -> {
            if (meant.test(request)) {
                begun.set(true);
            }
            return begun.get() ? fault : new NetworkFault.Pass();
        });
    }

    void failOnly(Predicate<ProxiedRequest> meant, NetworkFault fault) {
        proxy.disturb(NetworkFaults.all(meant, fault));
    }

    /** From the first request that is meant, nothing listens. */
    void downFrom(Predicate<ProxiedRequest> meant) {
        proxy.disturb(request -> {
            if (meant.test(request)) {
                gate.shut();
            }
            return new NetworkFault.Pass();
        });
    }

    /** Puts other bytes into the place of a WAL file's object. */
    void replace(String name, byte[] content) {
        String key = key(name);
        replaced.put(key, service.read(bucket, key));
        service.write(bucket, key, content);
    }

    byte[] object(String name) {
        return service.read(bucket, key(name));
    }

    private static String key(String name) {
        return DIRECTORY + name + ".lzo";
    }

    static byte[] compressed(byte[] content) {
        try {
            return Codecs.of(Compression.parse("lzo"))
                    .compress(new ByteArrayInputStream(content))
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int segmentBytes() {
        return version.isAtLeast(PostgresVersion.V11) ? 1 << 20 : 16 << 20;
    }

    void heal() {
        proxy.disturb(NetworkFaults.none());
        gate.open();
        replaced.forEach((key, content) -> service.write(bucket, key, content));
        replaced.clear();
    }

    @Override
    public void close() throws IOException {
        gate.close();
        proxy.close();
        cli.close();
    }
}
