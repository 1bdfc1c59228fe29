package org.walarchive.cli.load;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.walarchive.cli.job.CliProcess;
import org.walarchive.cli.job.S3Server;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;
import org.walarchive.core.testing.Workload;
import org.walarchive.store.tck.FaultProxy;
import org.walarchive.store.tck.NetworkFaults;

/** A server whose clients never pause, an agent that archives its WAL to a service of S3, and the network between the two. */
final class LoadedServer implements AutoCloseable {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int CLIENTS = Integer.getInteger("walarchive.load.clients", 1);
    private static final int ACCOUNTS = Integer.getInteger("walarchive.load.accounts", 50_000);

    private final FaultProxy network;
    private final CliProcess cli;
    private final PostgresServer server;
    private final Workload load;
    private CliProcess.@Nullable Running agent;

    private LoadedServer(S3Server s3) throws IOException {
        network = FaultProxy.start("127.0.0.1:" + s3.endpoint().getPort(), NetworkFaults.none());
        Map<String, String> environment = new HashMap<>(s3.environment(s3.newBucket(), network.port()));
        environment.put("WALARCHIVE_S3_SSE", "none");
        environment.put("WALARCHIVE_S3_READ_TIMEOUT", "5");
        environment.put("WALARCHIVE_RETRY_DEADLINE", "20");
        cli = new CliProcess(environment).asUsersDo();
        server = PostgresServer.builder(VERSION)
                // many checkpoints, after each of which each page goes into the WAL once more
                .setting("max_wal_size", "128MB")
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create();
        server.start();
        load = Workload.start(server, 0, ACCOUNTS);
    }

    static LoadedServer start(S3Server s3) throws IOException {
        LoadedServer loaded = new LoadedServer(s3);
        try {
            loaded.startAgent();
            loaded.backup().await().requireSuccess();
            loaded.load.resume(CLIENTS);
            return loaded;
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    private void startAgent() {
        agent = cli.start(
                        Map.of("WALARCHIVE_JAVA_OPTS", "-Xlog:gc:file=" + collections()),
                        "agent",
                        server.dataDirectory().toString())
                .awaitLog("the agent serves");
    }

    private Path collections() {
        return cli.path("collections.log");
    }

    FaultProxy network() {
        return network;
    }

    /** Returns the process of Java that is the agent. */
    ProcessHandle agent() {
        CliProcess.Running running = agent;
        if (running == null || !running.process().isAlive()) {
            throw new AssertionError("the agent ended"
                    + (running == null ? "" : ": " + running.await().log()));
        }
        ProcessHandle started = running.process().toHandle();
        return Stream.concat(Stream.of(started), started.descendants())
                .filter(LoadedServer::isJava)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isJava(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "comm"))
                    .strip()
                    .equals("java");
        } catch (IOException e) {
            return false; // it ended
        }
    }

    Usage usage() {
        ProcessHandle process = agent();
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        return Usage.of(
                process,
                collections(),
                OrdinaryUser.command(List.of(jcmd.toString(), Long.toString(process.pid()), "GC.run")));
    }

    /** Returns how many transactions the server acknowledged. */
    int commits() {
        return load.committedCount();
    }

    /** Returns how many files PostgreSQL waits for. */
    long waiting() {
        try (Stream<Path> status = Files.list(server.walDirectory().resolve("archive_status"))) {
            return status.filter(file -> file.toString().endsWith(".ready")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CliProcess.Running backup() {
        return cli.start(server, "backup-push", server.dataDirectory().toString());
    }

    CliProcess.Outcome retain(int backups) {
        return cli.run("delete", "--confirm", "retain", Integer.toString(backups));
    }

    /** Has something to archive now, however slow the load is. */
    void endSegment() {
        server.switchWal();
    }

    void killServer() {
        server.kill();
        server.start();
        load.resume(CLIENTS);
    }

    /** Returns how many segments the server has written so far. */
    long segments() {
        return server.queryLong("SELECT (pg_current_wal_lsn() - '0/0')::bigint / (16 * 1024 * 1024)");
    }

    /** Fails unless all that was committed can be had from the archive, from the newest and the oldest backup that it has. */
    void requireWhole() {
        load.stop();
        String segment = server.switchWal();
        Path ready = server.walDirectory().resolve("archive_status").resolve(segment + ".ready");
        Await.until(segment + " is archived", PATIENCE, () -> !Files.exists(ready));
        cli.run("verify", "--deep").requireSuccess();
        List<String> backups = cli.run("backup-list")
                .requireSuccess()
                .output()
                .lines()
                .skip(1)
                .map(line -> line.split("\t")[0])
                .toList();
        requireRestorable(backups.get(0));
        if (backups.size() > 1) {
            requireRestorable("LATEST");
        }
    }

    private void requireRestorable(String backup) {
        Path target = cli.path("restored-" + backup);
        cli.run("backup-fetch", target.toString(), backup).requireSuccess();
        try (PostgresServer copy = Recovery.of(VERSION, target, cli.shellCommand("wal-fetch %f %p"))
                .start()) {
            BitSet missing = load.committedBits();
            missing.andNot(Workload.bitsIn(copy));
            assertTrue(
                    missing.isEmpty(),
                    () -> backup + " lacks " + missing.cardinality() + " rows, from " + missing.nextSetBit(0));
            Workload.requireBalanced(copy);
        }
    }

    @Override
    public void close() {
        load.stop();
        CliProcess.Running running = agent;
        if (running != null) {
            running.process().destroy();
            running.await();
        }
        server.close();
        cli.close();
        try {
            network.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
