package org.walarchive.core.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.LocalFileException;
import org.walarchive.core.server.ControlFile.State;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresServer.StopMode;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** The server's own functions and files say whether control files and WAL pages are read rightly. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ControlFileIT {

    private static final int MEBIBYTE = 1 << 20;

    @ParameterizedTest
    @EnumSource(from = "V9_6")
    void readsWhatTheServerSays(PostgresVersion version) throws Exception {
        int walSegmentMegabytes = version.isAtLeast(PostgresVersion.V11) ? 2 : 16;
        try (PostgresServer server = PostgresServer.builder(version)
                .walSegmentMegabytes(walSegmentMegabytes)
                .dataChecksums()
                .create()) {
            assertEquals(
                    State.SHUT_DOWN, ControlFile.read(server.dataDirectory()).state());
            server.start();
            server.execute("CREATE TABLE t AS SELECT generate_series(1, 1000)", "CHECKPOINT");
            ControlFile control = ControlFile.read(server.dataDirectory());

            assertEquals(State.IN_PRODUCTION, control.state());
            assertEquals(systemIdentifier(server), control.systemIdentifier());
            assertEquals(
                    server.queryLong("SELECT pg_control_version FROM pg_control_system()"), control.controlVersion());
            assertEquals(
                    server.queryLong("SELECT catalog_version_no FROM pg_control_system()"), control.catalogVersion());
            String lsn = version.isAtLeast(PostgresVersion.V10) ? "lsn" : "location";
            assertEquals(
                    checkpoint(server, "checkpoint_" + lsn),
                    control.checkpoint().toString());
            assertEquals(checkpoint(server, "redo_" + lsn), control.redo().toString());
            assertEquals(
                    !version.isAtLeast(PostgresVersion.V11),
                    control.previousCheckpoint().isPresent());
            if (control.previousCheckpoint().isPresent()) {
                assertEquals(
                        checkpoint(server, "prior_" + lsn),
                        control.previousCheckpoint().get().toString());
            }
            assertEquals(checkpoint(server, "timeline_id"), control.timeline().toString());
            assertEquals(
                    checkpoint(server, "prev_timeline_id"),
                    control.previousTimeline().toString());
            assertEquals(
                    server.queryLong("SELECT bytes_per_wal_segment FROM pg_control_init()"),
                    control.walSegmentSize().bytes());
            assertEquals(
                    walSegmentMegabytes * MEBIBYTE, control.walSegmentSize().bytes());
            assertEquals(8192, control.blockSize());
            assertEquals(
                    server.queryLong("SELECT data_page_checksum_version FROM pg_control_init()"),
                    control.dataChecksumVersion());
            assertEquals(1, control.dataChecksumVersion());
            assertEquals(new Lsn(0), control.minRecoveryPoint());
            assertEquals(Optional.empty(), control.minRecoveryPointTimeline());

            server.stop(StopMode.FAST);
            assertEquals(
                    State.SHUT_DOWN, ControlFile.read(server.dataDirectory()).state());
            requireSegmentHeaders(server, control);
            requireEveryByteToMatter(Files.readAllBytes(server.dataDirectory().resolve(ControlFile.PATH)));
        }
    }

    private static void requireSegmentHeaders(PostgresServer server, ControlFile control) throws Exception {
        WalSegmentSize size = control.walSegmentSize();
        WalSegmentName name = WalSegmentName.containing(control.timeline(), control.checkpoint(), size);
        byte[] segment = Files.readAllBytes(server.walDirectory().resolve(name.toString()));
        WalPageHeader header = WalPageHeader.parse(segment).orElseThrow();
        assertEquals(control.systemIdentifier(), header.systemIdentifier());
        assertEquals(name.startLsn(size), header.pageAddress());
        assertEquals(1, header.timeline());
        assertEquals(8192, header.blockSize());
        assertEquals(size.bytes(), header.segmentSize());
        assertEquals(Optional.of(size), header.walSegmentSize());
        assertEquals(Optional.empty(), WalPageHeader.mismatch(segment, name, segment.length));
        assertTrue(
                WalPageHeader.mismatch(segment, name.next(size), segment.length).isPresent());
    }

    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V10", "V18"})
    void knowsTheStatesOfAStandby(PostgresVersion version, @TempDir Path directory) throws Exception {
        Path data = directory.resolve("data");
        SystemIdentifier identifier;
        try (PostgresServer primary = PostgresServer.builder(version).create()) {
            primary.start();
            primary.stop(StopMode.FAST);
            copy(primary.dataDirectory(), data);
            identifier = ControlFile.read(data).systemIdentifier();
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (PostgresServer standby =
                Recovery.of(version, data, "false").standby().start()) {
            assertEquals(State.IN_ARCHIVE_RECOVERY, ControlFile.read(data).state());
            standby.stop(StopMode.FAST);
            ControlFile control = ControlFile.read(data);
            assertEquals(State.SHUT_DOWN_IN_RECOVERY, control.state());
            assertTrue(control.state().isShutDown());
            assertTrue(control.minRecoveryPoint().compareTo(control.checkpoint()) >= 0);
            assertEquals(Optional.of(new TimelineId(1)), control.minRecoveryPointTimeline());

            standby.start();
            standby.promote();
            standby.execute("CHECKPOINT");
            assertEquals(new TimelineId(2), ControlFile.read(data).timeline());
            assertEquals(identifier, ControlFile.read(data).systemIdentifier());
        }
    }

    private static void requireEveryByteToMatter(byte[] good) throws Exception {
        assertArrayEquals(good, ControlFile.parse(good).bytes());
        int end = good.length;
        while (good[end - 1] == 0) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            assertThrows(LocalFileException.class, () -> ControlFile.parse(bad), "byte " + i);
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        int status = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertEquals(0, status);
    }

    private static SystemIdentifier systemIdentifier(PostgresServer server) {
        return SystemIdentifier.parse(server.queryText("SELECT system_identifier FROM pg_control_system()"));
    }

    private static String checkpoint(PostgresServer server, String column) {
        return server.queryText("SELECT " + column + " FROM pg_control_checkpoint()");
    }
}
