package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.ConfigurationException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryRequest.TargetAction;
import org.walarchive.RecoveryTarget;
import org.walarchive.RecoveryTarget.Bound;
import org.walarchive.RestoreRequest;
import org.walarchive.TablespacePlacement;
import org.walarchive.core.tar.RestoreOptions;
import org.walarchive.core.tar.RestoreTree;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;

final class RecoverySettingsTest {

    private static final TimelineId ONE = new TimelineId(1);
    private static final RecoveryTarget TIME =
            new RecoveryTarget.Time(Instant.parse("2026-03-01T12:00:00.123456789Z"), Bound.EXCLUSIVE);

    @TempDir
    Path directory;

    private static ServerRelease release(int major) {
        return new ServerRelease(major, OptionalInt.of(99));
    }

    private void write(RestoreRequest request, int major, int followed) throws Exception {
        new RecoverySettings(request, release(major), ONE, new TimelineId(followed))
                .writeTo(RestoreTree.into(directory, RestoreOptions.cluster()));
    }

    private RestoreRequest.Builder to(RecoveryTarget target) {
        return RestoreRequest.builder(directory).recovery(RecoveryRequest.to(target, "it's a \\ %f %p"));
    }

    private String content(String name) throws Exception {
        return Files.readString(directory.resolve(name));
    }

    @Test
    void sinceTwelveASignalAndLinesThatComeLast() throws Exception {
        Files.writeString(directory.resolve("postgresql.auto.conf"), "work_mem = '1MB'\nrecovery_target_xid = '7'");
        write(to(TIME).archiving(RestoreRequest.Archiving.OFF).build(), 18, 2);
        assertEquals("", content("recovery.signal"));
        assertEquals("""
                work_mem = '1MB'
                #(recovery setting of the server that was backed up) recovery_target_xid = '7'
                # from here on written by walarchive backup-fetch
                restore_command = 'it''s a \\\\ %f %p'
                recovery_target = ''
                recovery_target_xid = ''
                recovery_target_name = ''
                recovery_target_lsn = ''
                recovery_target_inclusive = 'off'
                recovery_target_timeline = '2'
                recovery_target_action = 'pause'
                recovery_target_time = '2026-03-01 12:00:00.123456+00'
                archive_mode = 'off'
                """, content("postgresql.auto.conf"));
        assertFalse(Files.exists(directory.resolve("recovery.conf")));
    }

    @Test
    void upToElevenAFileOfItsOwn() throws Exception {
        RestoreRequest request = RestoreRequest.builder(directory)
                .recovery(
                        RecoveryRequest.to(new RecoveryTarget.Name("a'b"), "c").action(TargetAction.SHUTDOWN))
                .archiving(RestoreRequest.Archiving.OFF)
                .build();
        write(request, 11, 1);
        assertEquals("""
                # from here on written by walarchive backup-fetch
                restore_command = 'c'
                recovery_target_action = 'shutdown'
                recovery_target_name = 'a''b'
                """, content("recovery.conf"));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("recovery.conf"))));
        assertTrue(content("postgresql.auto.conf").endsWith("\narchive_mode = 'off'\n"));
        assertFalse(Files.exists(directory.resolve("recovery.signal")));
    }

    @Test
    void nothingIsWrittenWhereNothingIsAsked() throws Exception {
        write(RestoreRequest.builder(directory).build(), 18, 1);
        assertFalse(Files.exists(directory.resolve("postgresql.auto.conf")));
    }

    @ParameterizedTest
    @CsvSource({"10,true", "14,true", "15,true", "18,true", "906,false"})
    void blindRestoresHaveTheSettingWhereTheReleaseKnowsIt(int major, boolean written) throws Exception {
        write(
                RestoreRequest.builder(directory)
                        .tablespaces(new TablespacePlacement.Blind())
                        .build(),
                major,
                1);
        assertEquals(written, Files.exists(directory.resolve("postgresql.auto.conf")));
    }

    @Test
    void theTimelineIsTheOneThatWasPlanned() throws Exception {
        write(to(new RecoveryTarget.EndOfWal()).build(), 18, 1);
        assertTrue(content("postgresql.auto.conf").contains("recovery_target_timeline = 'latest'\n"));
        write(to(new RecoveryTarget.Immediate()).build(), 18, 1);
        assertTrue(content("postgresql.auto.conf").contains("recovery_target_timeline = 'current'\n"));
        assertTrue(content("postgresql.auto.conf").endsWith("recovery_target = 'immediate'\n"));
        write(to(new RecoveryTarget.EndOfWal()).build(), 11, 3);
        assertTrue(content("recovery.conf").contains("recovery_target_timeline = '3'\n"));
        write(to(new RecoveryTarget.Xid((5L << 32) + 1000, Bound.INCLUSIVE)).build(), 904, 1);
        assertTrue(content("recovery.conf").contains("pause_at_recovery_target = 'on'\n"));
        assertTrue(content("recovery.conf").endsWith("recovery_target_xid = '1000'\n"));
    }

    @Test
    void whatAReleaseCannotDoIsRefused() {
        RestoreRequest lsn =
                to(new RecoveryTarget.LsnAt(new Lsn(1), Bound.INCLUSIVE)).build();
        assertThrows(ConfigurationException.class, () -> RecoverySettings.requireFit(lsn, release(906)));
        RestoreRequest clone = RestoreRequest.builder(directory)
                .archiving(RestoreRequest.Archiving.OFF)
                .build();
        assertThrows(ConfigurationException.class, () -> RecoverySettings.requireFit(clone, release(903)));
    }

    /** Of a command that is cut off the server thinks that it found nothing. */
    @ParameterizedTest
    @CsvSource({"12,1022,true", "12,1023,false", "906,1023,false", "13,1023,true"})
    void aCommandThatTheServerWouldCutOffIsRefused(int major, int bytes, boolean fits) {
        String names = "000000010000000000000001 pg_xlog/RECOVERYXLOG";
        String command = "a".repeat(bytes - names.length() - 4) + " %%f %f %p";
        RestoreRequest request = RestoreRequest.builder(directory)
                .recovery(RecoveryRequest.to(new RecoveryTarget.EndOfWal(), command))
                .build();
        if (fits) {
            assertDoesNotThrow(() -> RecoverySettings.requireFit(request, release(major)));
        } else {
            ConfigurationException e = assertThrows(
                    ConfigurationException.class, () -> RecoverySettings.requireFit(request, release(major)));
            assertTrue(e.detail().orElseThrow().contains(bytes + " bytes"), e::toString);
            assertTrue(e.hint().orElseThrow().contains("--restore-command"), e::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PostgreSQL 13.22 on x86_64-pc-linux-gnu,13,22",
        "PostgreSQL 9.6.24,906,24",
        "PostgreSQL 17beta2 on x,17,",
        "9.6,906,",
        "18,18,"
    })
    void versionsAreRead(String text, int major, Integer minor) {
        assertEquals(
                new ServerRelease(major, minor == null ? OptionalInt.empty() : OptionalInt.of(minor)),
                ServerRelease.parse(text + "\n").orElseThrow());
    }
}
