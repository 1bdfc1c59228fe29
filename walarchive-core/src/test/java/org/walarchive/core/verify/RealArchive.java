package org.walarchive.core.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.BackupPushRequest;
import org.walarchive.RestoreRequest;
import org.walarchive.ServerConnection;
import org.walarchive.core.backup.BackupFetch;
import org.walarchive.core.backup.BackupPush;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;
import org.walarchive.core.testing.Workload;
import org.walarchive.core.wal.WalPush;
import org.walarchive.store.tck.FaultyBlobStore;

/** An archive of a real server under load, in memory: two timelines, two backups on the first and one on the second. */
final class RealArchive {

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final String compression;
    private final PostgresVersion version;
    private final Path wal;
    private final Path tail;
    private final Path directory;

    RealArchive(PostgresVersion version, String compression, Path directory) {
        this.version = version;
        this.compression = compression;
        this.directory = directory;
        try {
            wal = Files.createDirectory(directory.resolve("wal"));
            tail = Files.createDirectory(directory.resolve("tail"));
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OrdinaryUser.give(directory);
    }

    ArchiveFixture fixture() {
        return fixture;
    }

    /** Small partitions, so that a backup has some. */
    ArchiveStore archive() {
        return fixture.archive(
                fixture.config(compression).partitionSizeBytes(8 << 20), new FaultyBlobStore(fixture.memory()));
    }

    private String command() {
        return "cp %p " + wal + "/%f";
    }

    /** Fills the archive. */
    RealArchive fill() throws Exception {
        PostgresServer.Builder builder =
                PostgresServer.builder(version).dataChecksums().archiveCommand(command());
        if (version.isAtLeast(PostgresVersion.V11)) {
            builder.walSegmentMegabytes(1);
        }
        BackupName second;
        try (PostgresServer server = builder.create()) {
            server.start();
            try (Workload workload = Workload.start(server, 2, 500)) {
                workload.awaitCommits(100);
                backup(server);
                workload.awaitCommits(100);
                server.switchWal();
                workload.awaitCommits(100);
                second = backup(server);
                workload.awaitCommits(100);
            }
            server.awaitArchived(server.switchWal());
            server.execute("INSERT INTO accounts SELECT i, 0, '' FROM generate_series(501, 600) i");
            Path last = server.walDirectory().resolve(server.queryText("SELECT pg_walfile_name(pg_current_wal_lsn())"));
            server.stop(PostgresServer.StopMode.IMMEDIATE);
            Files.copy(last, tail.resolve(last.getFileName()));
        }
        pushWal();
        promote(second);
        pushWal();
        return this;
    }

    private void promote(BackupName backup) throws Exception {
        Path target = directory.resolve("promoted");
        new BackupFetch(archive())
                .fetch(RestoreRequest.builder(target).backup(backup.toString()).build());
        // the old server's last segment was never archived whole: the new one archives it as .partial
        Path walDirectory = target.resolve("pg_wal");
        for (Path file : files(tail)) {
            Files.copy(file, walDirectory.resolve(file.getFileName()));
        }
        Recovery recovery = Recovery.of(version, target, "cp " + wal + "/%f %p")
                .override("archive_mode", "on")
                .override("archive_command", command());
        try (PostgresServer server = recovery.start()) {
            server.execute("INSERT INTO accounts SELECT i, 0, '' FROM generate_series(601, 3000) i");
            backup(server);
            server.execute("UPDATE accounts SET balance = balance + 1");
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.FAST);
        }
    }

    private BackupName backup(PostgresServer server) throws ArchiveException, InterruptedException {
        return new BackupPush(archive())
                .push(BackupPushRequest.builder(server.dataDirectory())
                        .server(ServerConnection.builder()
                                .host(server.socketDirectory().toString())
                                .user(PostgresServer.SUPERUSER)
                                .build())
                        .withoutWalWait()
                        .build())
                .name();
    }

    /** Archives what the servers handed over. */
    private void pushWal() throws Exception {
        for (Path file : files(wal)) {
            new WalPush(archive()).push(file);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        }
    }
}
