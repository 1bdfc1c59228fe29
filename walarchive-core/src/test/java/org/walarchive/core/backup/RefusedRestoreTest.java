package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.ConfigurationException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.Encryption;
import org.walarchive.LocalFileException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RestorePlan;
import org.walarchive.RestoreRequest;
import org.walarchive.StoreAccessException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.openpgp.Keys;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.tar.TarBuilder;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

/** A restore that cannot succeed finds that out before it touches anything, and its plan says the same. */
final class RefusedRestoreTest {

    private static final BackupName NAME = BackupName.parse("base_000000010000000000000002_00000040");

    @TempDir
    private Path directory;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private Encryption reader = Keys.with();
    private Path data;

    @BeforeEach
    void makeTheRemainsOfAServer() throws IOException {
        data = Files.createDirectories(directory.resolve("data/base")).getParent();
        Files.writeString(data.resolve("PG_VERSION"), "17\n");
        Files.writeString(data.resolve("base/1"), "precious");
    }

    private byte[] stored(byte[] content, String... recipients) throws Exception {
        try (InputStream stored = fixture.archive(
                        fixture.config("lzo").encryption(Keys.to(recipients)), fixture.memory())
                .writer()
                .store(new ByteArrayInputStream(content))) {
            return stored.readAllBytes();
        }
    }

    private void putSegment(String name, String... recipients) throws Exception {
        fixture.put(
                "wal_005/" + name + ".lzo", stored(SegmentBuilder.segment(name).bytes(), recipients));
    }

    private RestoreRequest.Builder recovering() {
        return RestoreRequest.builder(directory.resolve("absent"))
                .recovery(RecoveryRequest.to(new RecoveryTarget.EndOfWal(), "false"));
    }

    private void put(String... recipients) throws Exception {
        for (int number = 0; number < 2; number++) {
            TarBuilder tar = number == 0
                    ? new TarBuilder().file("PG_VERSION", "17\n").file("base/1", "restored")
                    : new TarBuilder().file("global/pg_control", "x");
            fixture.put(ArchiveLayout.partition(NAME, number, "lzo"), stored(tar.bytes(), recipients));
        }
        Sentinel sentinel = new Sentinel(
                Optional.of("000000010000000000000002"),
                Optional.of("00000256"),
                OptionalLong.of(1024),
                Optional.of("/original/"),
                List.of(),
                Optional.empty());
        fixture.put(ArchiveLayout.sentinel(NAME), SentinelJson.write(sentinel));
        fixture.put(ArchiveLayout.version(NAME), "PostgreSQL 17.4".getBytes(StandardCharsets.US_ASCII));
    }

    private Map<String, String> tree() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            Map<String, String> tree = new TreeMap<>();
            for (Path path : paths.toList()) {
                tree.put(path.toString(), Files.isDirectory(path) ? "directory" : Files.readString(path));
            }
            return tree;
        }
    }

    private BackupFetch use() {
        return new BackupFetch(fixture.archive(fixture.config("lzo").encryption(reader), fixture.memory()));
    }

    private RestoreRequest replacing() {
        return RestoreRequest.builder(data)
                .existingFiles(RestoreRequest.ExistingFiles.REPLACE)
                .build();
    }

    /** Requires that a restore fails, that its plan says with what, and that neither changes anything. */
    private <T extends ArchiveException> T refused(Class<T> kind, RestoreRequest request) throws Exception {
        Map<String, String> before = tree();
        T failure = assertThrows(kind, () -> use().fetch(request));
        assertEquals(before, tree());
        RestorePlan plan = use().plan(request);
        assertEquals(before, tree());
        ArchiveException refusal = assertInstanceOf(kind, plan.refusal().orElseThrow());
        assertEquals(failure.getMessage(), refusal.getMessage());
        assertEquals(failure.detail(), refusal.detail());
        assertEquals(failure.hint(), refusal.hint());
        return failure;
    }

    @Test
    void withTheKeyItIsReplaced() throws Exception {
        put("cv25519");
        reader = Keys.with("cv25519");
        assertEquals(Optional.empty(), use().plan(replacing()).refusal());
        use().fetch(replacing());
        assertEquals("restored", Files.readString(data.resolve("base/1")));
    }

    @Test
    void withoutTheKeyAllStaysAsItWas() throws Exception {
        put("cv25519");
        ConfigurationException e = refused(ConfigurationException.class, replacing());
        assertEquals(
                "restore of backup " + NAME + " failed: it is encrypted and cannot be decrypted here", e.getMessage());
        assertTrue(e.hint().orElseThrow().contains("WALARCHIVE_PGP_PRIVATE_KEYS"), e::toString);
        refused(
                ConfigurationException.class,
                RestoreRequest.builder(directory.resolve("absent")).build());
    }

    /** Nothing else tells the size of segments of WAL-E's, and without it no WAL is found. */
    @Test
    void theKeyIsAskedForBeforeTheWal() throws Exception {
        put("cv25519");
        ConfigurationException e =
                refused(ConfigurationException.class, recovering().build());
        assertTrue(e.getMessage().startsWith("restore of backup "), e::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"000000010000000000000002", "000000010000000000000004"})
    void theKeyOfTheWalIsTried(String other) throws Exception {
        put("cv25519");
        reader = Keys.with("cv25519");
        for (String segment :
                List.of("000000010000000000000002", "000000010000000000000003", "000000010000000000000004")) {
            putSegment(segment, "cv25519");
        }
        assertEquals(Optional.empty(), use().plan(recovering().build()).refusal());
        putSegment(other, "rsa");
        ConfigurationException e =
                refused(ConfigurationException.class, recovering().build());
        assertEquals(
                "read of WAL segment " + other + ", which recovery from backup " + NAME
                        + " needs, failed: it is encrypted and cannot be decrypted here",
                e.getMessage());
        assertTrue(e.detail().orElseThrow().contains(other + ".lzo: "), e::toString);
        assertTrue(e.hint().orElseThrow().contains("--allow-missing-wal"), e::toString);
        refusedNot(recovering().missingWal(RestoreRequest.MissingWal.ALLOW).build());
        refusedNot(RestoreRequest.builder(directory.resolve("absent")).build());
    }

    private void refusedNot(RestoreRequest request) throws Exception {
        assertEquals(Optional.empty(), use().plan(request).refusal());
    }

    /** In an archive of WAL-E's segments alone tell their size. */
    @Test
    void walOfWhichNothingCanBeReadIsRefusedForItsKey() throws Exception {
        put("cv25519");
        reader = Keys.with("cv25519");
        putSegment("000000010000000000000002", "rsa");
        ConfigurationException e =
                refused(ConfigurationException.class, recovering().build());
        assertEquals(
                "read of the WAL that recovery from backup " + NAME
                        + " needs failed: it is encrypted and cannot be decrypted here",
                e.getMessage());
        refusedNot(recovering().missingWal(RestoreRequest.MissingWal.ALLOW).build());
    }

    /** Recovery to a time may end before the newest segment, which was encrypted to a new key. */
    @Test
    void aKeyThatMayNotBeNeededIsNoRefusal() throws Exception {
        put("cv25519");
        reader = Keys.with("cv25519");
        putSegment("000000010000000000000002", "cv25519");
        putSegment("000000010000000000000003", "rsa");
        RecoveryTarget time =
                new RecoveryTarget.Time(Instant.ofEpochSecond(1_000_000_030), RecoveryTarget.Bound.INCLUSIVE);
        RestoreRequest.Builder toTime = recovering().recovery(RecoveryRequest.to(time, "false"));
        refusedNot(toTime.build());
        putSegment("000000010000000000000002", "rsa");
        refused(ConfigurationException.class, toTime.build());
    }

    /** How far recovery gets is not decided by its last segment alone; without the first it does not begin. */
    @Test
    void walThatBeginsWrongIsRefusedIfItIsTheFirst() throws Exception {
        put();
        putSegment("000000010000000000000002");
        putSegment("000000010000000000000003");
        cutSegment("000000010000000000000003");
        refusedNot(recovering().build());
        cutSegment("000000010000000000000002");
        putSegment("000000010000000000000003");
        CorruptArchiveException e =
                refused(CorruptArchiveException.class, recovering().build());
        assertTrue(e.getMessage().contains("000000010000000000000002"), e::toString);
        assertTrue(e.hint().orElseThrow().contains("another backup"), e::toString);
        refusedNot(recovering().missingWal(RestoreRequest.MissingWal.ALLOW).build());
    }

    private void cutSegment(String name) throws IOException {
        String key = "wal_005/" + name + ".lzo";
        fixture.put(key, Arrays.copyOf(fixture.bytes(key), 7));
    }

    @Test
    void walThatIsFrozenIsRefused() throws Exception {
        put();
        putSegment("000000010000000000000002");
        putSegment("000000010000000000000003");
        BackupFetch frozen = new BackupFetch(fixture.archive(FaultRule.on(StoreOperation.GET)
                .keys(key -> key.contains("000000010000000000000002.lzo"))
                .fail(StoreException.Kind.FROZEN)));
        assertInstanceOf(
                StoreAccessException.class,
                frozen.plan(recovering().build()).refusal().orElseThrow());
    }

    @Test
    void withAWrongPassphraseAllStaysAsItWas() throws Exception {
        put("protected");
        reader = Encryption.builder()
                .gpgProgram("/nonexistent/gpg")
                .privateKeyFile(Keys.file("protected.private.asc"))
                .passphrase("wrong")
                .build();
        refused(ConfigurationException.class, replacing());
    }

    @Test
    void aPartitionThatBeginsWrongIsFoundBeforehand() throws Exception {
        put();
        for (int number = 0; number < 2; number++) {
            String key = ArchiveLayout.partition(NAME, number, "lzo");
            fixture.put(key, Arrays.copyOf(fixture.bytes(key), 7));
        }
        CorruptArchiveException e = refused(CorruptArchiveException.class, replacing());
        assertTrue(e.detail().orElseThrow().contains("part_0000000"), e::toString);
    }

    /** Cold storage is a property of the backup; that the store cannot be reached is none, and no reason not to try again. */
    @Test
    void aStoreThatFailsIsNoRefusal() throws Exception {
        put();
        FaultRule.Calls reads = FaultRule.on(StoreOperation.GET).keys(key -> key.contains("/tar_partitions/"));
        BackupFetch frozen = new BackupFetch(fixture.archive(reads.fail(StoreException.Kind.FROZEN)));
        StoreAccessException refusal = assertInstanceOf(
                StoreAccessException.class, frozen.plan(replacing()).refusal().orElseThrow());
        assertEquals(StoreException.Kind.FROZEN, refusal.kind());
        BackupFetch away = new BackupFetch(fixture.archive(reads.fail(StoreException.Kind.UNAVAILABLE)));
        assertTrue(assertThrows(StoreAccessException.class, () -> away.plan(replacing()))
                .retryable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"not empty", "running", "no parent", "a file"})
    void aDirectoryThatIsNotFitIsInThePlan(String what) throws Exception {
        put();
        RestoreRequest request = switch (what) {
            case "running" -> {
                Files.writeString(data.resolve("postmaster.pid"), "1\n");
                yield replacing();
            }
            case "no parent" -> RestoreRequest.builder(directory.resolve("a/b")).build();
            case "a file" -> RestoreRequest.builder(data.resolve("PG_VERSION")).build();
            default -> RestoreRequest.builder(data).build();
        };
        refused(LocalFileException.class, request);
    }

    /** The plan of a restore that would be refused has all that is known of the archive. */
    @Test
    void theRestOfThePlanIsThere() throws Exception {
        put();
        RestorePlan plan = use().plan(RestoreRequest.builder(data).build());
        assertEquals(NAME, plan.backup());
        assertEquals(2, plan.partitions());
    }
}
