package org.walarchive.core.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.core.wal.SegmentBuilder.CLUSTER;
import static org.walarchive.core.wal.SegmentBuilder.OTHER_CLUSTER;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.StoreAccessException;
import org.walarchive.core.spool.BegunArchive;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

final class ClusterIdentityTest {

    private static final String KEY = "walarchive/identity.properties";

    /** Small pages, so that the newest segment is looked for on all of them. */
    private final ArchiveFixture fixture = new ArchiveFixture(2);

    private ClusterIdentity identity(FaultRule... rules) {
        return new ClusterIdentity(fixture.archive(rules));
    }

    private void recorded(String text) throws IOException {
        fixture.put(KEY, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void archived(int number, SystemIdentifier cluster, String extension) throws IOException {
        String name = String.format("0000000100000000000000%02X", number);
        byte[] segment = SegmentBuilder.segment(name).cluster(cluster).bytes();
        fixture.put("wal_005/" + name + "." + extension, SegmentBuilder.compress(extension, segment));
    }

    private void damaged(int number) throws IOException {
        archived(number, CLUSTER, "lzo");
        String key = String.format("wal_005/0000000100000000000000%02X.lzo", number);
        fixture.put(key, Arrays.copyOf(fixture.bytes(key), 60));
    }

    @Test
    void theFirstPushRecordsAndLaterOnesAreHeldAgainstIt() throws Exception {
        assertEquals(Optional.empty(), identity().read());
        identity().require(CLUSTER, BegunArchive.forgetful());
        assertEquals(Optional.of(CLUSTER), identity().read());
        assertTrue(new String(fixture.bytes(KEY), StandardCharsets.US_ASCII)
                .contains("\nsystem_identifier=7319283746512093847\n"));
        Map<String, String> before = fixture.everything();
        identity().require(CLUSTER, BegunArchive.forgetful());
        ConflictException e = assertThrows(
                ConflictException.class, () -> identity().require(OTHER_CLUSTER, BegunArchive.forgetful()));
        assertEquals("archive memory://m belongs to another cluster", e.getMessage());
        assertEquals(
                "The archive's system identifier is 7319283746512093847, this cluster's is 7319283746512093848.",
                e.detail().orElseThrow());
        assertEquals(before, fixture.everything());
    }

    @Test
    void identifiersBeyondTheSignAreReadBack() throws Exception {
        identity().require(new SystemIdentifier(-2), BegunArchive.forgetful());
        assertEquals(
                Optional.of(SystemIdentifier.parse("18446744073709551614")),
                identity().read());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lzo", "lz4", "zst"})
    void anArchiveOfWalEIsTakenOverByItsOwnCluster(String extension) throws Exception {
        for (int i = 1; i <= 5; i++) {
            archived(i, CLUSTER, extension);
        }
        assertThrows(ConflictException.class, () -> identity().require(OTHER_CLUSTER, BegunArchive.forgetful()));
        assertFalse(fixture.keys("").contains(KEY));
        identity().require(CLUSTER, BegunArchive.forgetful());
        assertEquals(Optional.of(CLUSTER), identity().read());
    }

    @Test
    void theNewestSegmentDecidesNotTheOneWithTheHighestName() throws Exception {
        archived(9, OTHER_CLUSTER, "lzo");
        for (int i = 1; i <= 4; i++) {
            archived(i, OTHER_CLUSTER, "lzo");
        }
        archived(5, CLUSTER, "lzo");
        identity().require(CLUSTER, BegunArchive.forgetful());
        assertEquals(Optional.of(CLUSTER), identity().read());
    }

    @Test
    void aDamagedNewestSegmentIsPassedOver() throws Exception {
        archived(1, CLUSTER, "lzo");
        damaged(2);
        damaged(3);
        assertThrows(ConflictException.class, () -> identity().require(OTHER_CLUSTER, BegunArchive.forgetful()));
        identity().require(CLUSTER, BegunArchive.forgetful());
        assertEquals(Optional.of(CLUSTER), identity().read());
    }

    @Test
    void damageOfAllTheNewestIsAnError() throws Exception {
        archived(1, CLUSTER, "lzo");
        damaged(2);
        damaged(3);
        damaged(4);
        Map<String, String> before = fixture.everything();
        CorruptArchiveException e = assertThrows(
                CorruptArchiveException.class, () -> identity().require(CLUSTER, BegunArchive.forgetful()));
        assertTrue(
                e.detail().orElseThrow().contains("000000010000000000000004.lzo"),
                e.detail().orElseThrow());
        assertEquals(before, fixture.everything());
    }

    @Test
    void whatIsNoSegmentSaysNothing() throws Exception {
        fixture.put("wal_005/00000002.history.lzo", new byte[3]);
        fixture.put("wal_005/000000010000000000000001.partial.lzo", new byte[3]);
        fixture.put("wal_005/000000010000000000000001.gz", new byte[3]);
        identity().require(CLUSTER, BegunArchive.forgetful());
        assertEquals(Optional.of(CLUSTER), identity().read());
    }

    @Test
    void aSegmentWhoseReadBreaksOffIsReadAgain() throws Exception {
        archived(1, OTHER_CLUSTER, "lzo");
        FaultRule breaks = FaultRule.on(StoreOperation.GET)
                .keys(key -> key.startsWith("wal_005/"))
                .calls(1, 2)
                .breakAt(10, Kind.UNAVAILABLE);
        assertThrows(ConflictException.class, () -> identity(breaks).require(CLUSTER, BegunArchive.forgetful()));
    }

    @Test
    void aStoreThatFailsRecordsNothing() throws Exception {
        for (StoreOperation operation : new StoreOperation[] {StoreOperation.GET, StoreOperation.LIST}) {
            StoreAccessException e = assertThrows(
                    StoreAccessException.class,
                    () -> identity(FaultRule.on(operation).everyNth(1).fail(Kind.ACCESS_DENIED))
                            .require(CLUSTER, BegunArchive.forgetful()));
            assertEquals(Kind.ACCESS_DENIED, e.kind());
        }
        assertEquals(List.of(), fixture.keys(""));
    }

    @Test
    void aLostReplyIsNoConflict() throws Exception {
        identity(FaultRule.on(StoreOperation.PUT).call(1).failAfterwards(Kind.UNAVAILABLE))
                .require(CLUSTER, BegunArchive.forgetful());
        assertEquals(Optional.of(CLUSTER), identity().read());
    }

    @Test
    void ofTwoFirstPushesOfTwoClustersOneIsRefused() throws Exception {
        FaultRule overtaken = FaultRule.on(StoreOperation.PUT).call(1).runBefore(() -> {
            try {
                recorded("system_identifier=" + OTHER_CLUSTER + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThrows(ConflictException.class, () -> identity(overtaken).require(CLUSTER, BegunArchive.forgetful()));
        assertEquals(Optional.of(OTHER_CLUSTER), identity().read());
    }

    @Test
    void ofTwoFirstPushesOfOneClusterBothAreLetIn() throws Exception {
        FaultRule overtaken = FaultRule.on(StoreOperation.PUT).call(1).runBefore(() -> {
            try {
                recorded("system_identifier=" + CLUSTER + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        identity(overtaken).require(CLUSTER, BegunArchive.forgetful());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing\n",
                "system_identifier=\n",
                "system_identifier=x\n",
                "system_identifier=\\u00\n",
                "system_identifier=18446744073709551616\n",
                "system_identifier=-1\n",
                "other=1\n"
            })
    void aDamagedRecordIsAnErrorAndStays(String text) throws Exception {
        recorded(text);
        CorruptArchiveException e = assertThrows(
                CorruptArchiveException.class, () -> identity().require(CLUSTER, BegunArchive.forgetful()));
        assertEquals("object memory://m/" + KEY + " cannot be read", e.getMessage());
        assertThrows(CorruptArchiveException.class, () -> identity().read());
        assertEquals(text, new String(fixture.bytes(KEY), StandardCharsets.US_ASCII));
    }

    @Test
    void aRecordThatIsFarTooLongIsAnError() throws Exception {
        recorded("#".repeat(4097));
        assertThrows(CorruptArchiveException.class, () -> identity().read());
    }

    @Test
    void laterFieldsOfTheRecordAreIgnored() throws Exception {
        recorded("# comment\nencryption=none\nsystem_identifier = " + CLUSTER + "\n");
        assertEquals(Optional.of(CLUSTER), identity().read());
    }

    @Test
    void anArchiveThatWasBegunIsNotBegunAgain(@TempDir Path wal) throws Exception {
        Files.createDirectory(wal.resolve("archive_status"));
        BegunArchive begun = BegunArchive.beside(wal, Optional.of("memory://m"));
        identity().require(CLUSTER, begun);
        assertTrue(begun.of(CLUSTER).isEmpty(), "a base backup leaves a stopped server's directory as it is");
        identity().require(CLUSTER, () -> begun, new KnownCluster());
        fixture.memory().delete(List.of(KEY));
        StoreAccessException e =
                assertThrows(StoreAccessException.class, () -> identity().require(CLUSTER, begun));
        Path note = begun.of(CLUSTER).orElseThrow();
        assertTrue(e.hint().orElseThrow().contains("delete " + note), () -> String.valueOf(e.hint()));
        assertEquals(Optional.empty(), identity().read());
        Files.delete(note);
        identity().require(CLUSTER, begun);
        assertEquals(Optional.of(CLUSTER), identity().read());
    }

    @Test
    @DisplayName(
            "another push begins the archive, and notes it, between this one's look at the archive and at the note")
    void anArchiveThatIsBegunMeanwhileIsThere(@TempDir Path wal) throws Exception {
        Files.createDirectory(wal.resolve("archive_status"));
        BegunArchive begun = BegunArchive.beside(wal, Optional.of("memory://m"));
        identity().require(CLUSTER, () -> begun, new KnownCluster());
        FaultRule lookedBefore = FaultRule.on(StoreOperation.GET).call(1).fail(Kind.NOT_FOUND);
        new ClusterIdentity(fixture.archive(lookedBefore)).require(CLUSTER, begun);
        FaultRule gone = FaultRule.on(StoreOperation.GET).calls(1, 2).fail(Kind.NOT_FOUND);
        assertThrows(
                StoreAccessException.class, () -> new ClusterIdentity(fixture.archive(gone)).require(CLUSTER, begun));
    }
}
