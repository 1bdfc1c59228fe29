package org.walarchive.core.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.walarchive.Backup;
import org.walarchive.BackupName;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

/** Backups in the order in which they were put, of one byte a partition. */
final class EncryptionLookTest {

    private static final byte[] ENCRYPTED = {(byte) 0x85, 1, 12, 3, 7};
    private static final byte[] PLAIN = {(byte) 0x89, 'L', 'Z', 'O', 0};

    private final ArchiveFixture fixture = new ArchiveFixture();

    /** The second partition is the smaller one. */
    private String backup(int number, byte[] head) throws IOException {
        BackupName name = BackupName.parse(String.format("base_00000001000000000000000%X_00000040", number));
        byte[] large = new byte[1000];
        System.arraycopy(head, 0, large, 0, head.length);
        fixture.put(ArchiveLayout.partition(name, 0, "lzo"), large);
        fixture.put(ArchiveLayout.partition(name, 1, "lzo"), head);
        fixture.put(ArchiveLayout.sentinel(name), new byte[] {'{', '}'});
        return name.toString();
    }

    private Optional<String> look(int most, FaultRule... rules) throws StoreException {
        return new EncryptionLook(fixture.archive(rules))
                .newestEncrypted(most)
                .map(Backup::name)
                .map(BackupName::toString);
    }

    @Test
    void anEmptyArchiveHasNone() throws Exception {
        assertEquals(Optional.empty(), look(2));
    }

    /** Of another timeline, say: the last name need not be the newest backup. */
    @Test
    void theNewestIsTheOneWhoseSentinelWasPutLast() throws Exception {
        backup(9, PLAIN);
        String newest = backup(3, ENCRYPTED);
        assertEquals(Optional.of(newest), look(1));
        backup(2, PLAIN);
        assertEquals(Optional.empty(), look(1));
        assertEquals(Optional.of(newest), look(2));
        backup(4, PLAIN);
        assertEquals(Optional.empty(), look(2));
    }

    @Test
    void aBackupInWorkIsNone() throws Exception {
        backup(3, PLAIN);
        fixture.put(
                "basebackups_005/base_000000010000000000000004_00000040/tar_partitions/part_00000000.tar.lzo",
                ENCRYPTED);
        assertEquals(Optional.empty(), look(2));
    }

    @Test
    void oneObjectIsReadAndItIsTheSmallest() throws Exception {
        String newest = backup(3, ENCRYPTED);
        List<String> calls = new ArrayList<>();
        FaultRule get =
                FaultRule.on(StoreOperation.GET).keys(calls::add).everyNth(1).fail(Kind.UNAVAILABLE);
        assertThrows(StoreException.class, () -> look(1, get));
        assertEquals(List.of("basebackups_005/" + newest + "/tar_partitions/part_00000001.tar.lzo"), calls);
        assertEquals(Duration.ZERO, fixture.waited());
    }
}
