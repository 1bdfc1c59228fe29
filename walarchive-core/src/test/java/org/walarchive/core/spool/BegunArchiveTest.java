package org.walarchive.core.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.postgres.SystemIdentifier;

final class BegunArchiveTest {

    private static final SystemIdentifier CLUSTER = SystemIdentifier.parse("7319283746512093847");
    private static final SystemIdentifier OTHER = SystemIdentifier.parse("7319283746512093848");

    private @TempDir Path wal;

    @BeforeEach
    void directoryOfWal() throws IOException {
        Files.createDirectory(wal.resolve("archive_status"));
    }

    private BegunArchive at(String address) {
        return BegunArchive.beside(wal, Optional.of(address));
    }

    @Test
    void whatWasNotedIsKnownAndNothingElse() throws IOException {
        at("s3://a").note(CLUSTER);
        Path note = at("s3://a").of(CLUSTER).orElseThrow();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(note)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(note.getParent())));
        assertTrue(at("s3://a").of(OTHER).isEmpty());
        assertTrue(at("s3://b").of(CLUSTER).isEmpty());
        Files.delete(note);
        assertTrue(at("s3://a").of(CLUSTER).isEmpty());
    }

    @Test
    void aClusterThatWasMadeAnewIsNotedInThePlaceOfTheOther() {
        at("s3://a").note(CLUSTER);
        at("s3://a").note(OTHER);
        assertTrue(at("s3://a").of(OTHER).isPresent());
        assertTrue(at("s3://a").of(CLUSTER).isEmpty());
    }

    @Test
    void nothingIsWrittenWhereNoServerHasItsWalOrTheArchiveHasNoAddress() throws IOException {
        BegunArchive.beside(wal, Optional.empty()).note(CLUSTER);
        BegunArchive.forgetful().note(CLUSTER);
        Files.delete(wal.resolve("archive_status"));
        at("s3://a").note(CLUSTER);
        assertFalse(Files.exists(wal.resolve(Spool.DIRECTORY)));
    }
}
