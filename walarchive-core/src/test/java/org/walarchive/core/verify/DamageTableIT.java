package org.walarchive.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.store.BlobSource;
import org.walarchive.store.PutMode;
import org.walarchive.verification.Finding;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;

/** Damages each object of an archive in each way, and sees who notices. The table is left in {@code target/damage-table.md}. */
@Timeout(300)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class DamageTableIT {

    @TempDir
    private static Path directory;

    private static RealArchive real;
    private static ArchiveFixture fixture;
    private static Map<String, byte[]> whole;

    /** Rows by kind and damage; each a count of objects by who found it. */
    private final Map<String, Map<String, Integer>> table = new TreeMap<>();

    private final List<String> missed = new ArrayList<>();

    @BeforeAll
    static void fill() throws Exception {
        real = new RealArchive(PostgresVersion.V17, "lz4", directory).fill();
        fixture = real.fixture();
        whole = new TreeMap<>();
        for (String key : fixture.keys("")) {
            whole.put(key, fixture.bytes(key));
        }
    }

    /** What an object is; by its key. */
    private static String kind(String key) {
        if (key.endsWith("_backup_stop_sentinel.json")) {
            return "sentinel";
        } else if (key.endsWith("/extended_version.txt")) {
            return "version text";
        } else if (key.contains("/tar_partitions/")) {
            return "tar partition";
        } else if (key.endsWith("identity.properties")) {
            return "identity";
        } else if (key.contains(".history.")) {
            return "history file";
        } else if (key.contains(".backup.")) {
            return "backup record (.backup)";
        }
        return key.contains(".partial.") ? "partial segment" : "WAL segment";
    }

    /** Names that a finding may have for an object: its key, but for a missing one in another compression. */
    private static boolean names(Finding finding, String key) {
        String stem = key.startsWith("wal_005/") ? key.substring(0, key.lastIndexOf('.')) : key;
        return finding.subject().startsWith(stem)
                || finding.message().contains(stem.substring(stem.lastIndexOf('/') + 1));
    }

    private static boolean isFound(VerifyRequest.Depth depth, String... keys) throws Exception {
        VerificationReport report = new Verify(real.archive()).verify(VerifyRequest.of(depth));
        return report.findings().stream()
                .anyMatch(finding -> Arrays.stream(keys).anyMatch(key -> names(finding, key)));
    }

    private static void put(String key, byte[] bytes) throws IOException {
        fixture.memory().put(key, BlobSource.of(bytes), PutMode.OVERWRITE);
    }

    private void look(String kind, String damage, String what, String... keys) throws Exception {
        boolean shallow = isFound(VerifyRequest.Depth.SHALLOW, keys);
        boolean deep = shallow || isFound(VerifyRequest.Depth.DEEP, keys);
        String found = shallow ? "shallow" : deep ? "deep" : "not found";
        table.computeIfAbsent(kind + " | " + damage, row -> new TreeMap<>()).merge(found, 1, Integer::sum);
        if (!deep) {
            missed.add(reason(kind, damage, what));
        }
        for (String key : keys) {
            put(key, whole.get(key));
        }
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] copy = bytes.clone();
        copy[at] ^= 1;
        return copy;
    }

    @Test
    @DisplayName("each damage that matters is found, and named")
    void everyDamageIsNamed() throws Exception {
        assertEquals(
                List.of(),
                new Verify(real.archive())
                        .verify(VerifyRequest.of(VerifyRequest.Depth.DEEP))
                        .findings());
        for (String key : whole.keySet()) {
            damage(key);
        }
        swaps();
        Files.writeString(Path.of("target", "damage-table.md"), markdown());
        missed.removeAll(HARMLESS);
        assertEquals(List.of(), missed);
        assertTrue(table.size() > 20, markdown());
    }

    private void damage(String key) throws Exception {
        String kind = kind(key);
        byte[] bytes = whole.get(key);
        int flips = kind.equals("sentinel") ? 20 : bytes.length < 4096 ? 8 : 3;
        for (int i = 0; i < flips; i++) {
            int at = (int) (((long) bytes.length * i / flips + i * 3L) % bytes.length);
            byte[] damaged = flipped(bytes, at);
            put(key, damaged);
            if (isSameContent(key, bytes, damaged)) {
                // a compressed stream can say the same in two ways
                put(key, bytes);
                continue;
            }
            String what = kind.equals("sentinel") ? sentinelField(key, bytes, damaged) : around(key, bytes, at);
            look(kind, "a bit flipped", what, key);
        }
        put(key, Arrays.copyOf(bytes, bytes.length / 2));
        look(kind, "cut in half", key, key);
        put(key, Arrays.copyOf(bytes, bytes.length - 1));
        look(kind, "last byte cut", key, key);
        put(key, new byte[0]);
        look(kind, "emptied", key, key);
        fixture.memory().delete(List.of(key));
        look(kind, "removed", key, key);
    }

    /** The text in which a bit was flipped tells whether it matters. */
    private static String around(String key, byte[] bytes, int at) {
        return key + " at " + at + " in \""
                + new String(
                        Arrays.copyOfRange(bytes, Math.max(0, at - 24), Math.min(bytes.length, at + 6)),
                        StandardCharsets.ISO_8859_1)
                + "\"";
    }

    /** Two objects of one kind, in each other's place. */
    private void swaps() throws Exception {
        List<String> keys = List.copyOf(whole.keySet());
        for (int i = 0; i + 1 < keys.size(); i++) {
            String one = keys.get(i);
            String other = keys.stream()
                    .skip(i + 1)
                    .filter(key -> kind(key).equals(kind(one)))
                    .findFirst()
                    .orElse(null);
            if (other != null) {
                put(one, whole.get(other));
                put(other, whole.get(one));
                look(kind(one), "two swapped", one + " and " + other, one, other);
            }
        }
    }

    private static boolean isSameContent(String key, byte[] bytes, byte[] damaged) {
        if (!key.startsWith("wal_005/")) {
            return false;
        }
        try {
            return Arrays.equals(SegmentBuilder.decompress("lz4", bytes), SegmentBuilder.decompress("lz4", damaged));
        } catch (IOException e) {
            return false;
        }
    }

    /** What a damage of a sentinel changes, if the sentinel can be read all the same. */
    private static String sentinelField(String key, byte[] bytes, byte[] damaged) {
        try {
            Sentinel one = SentinelJson.read(key, bytes);
            Sentinel other = SentinelJson.read(key, damaged);
            BackupRecord record = one.record().orElseThrow();
            if (other.record().isEmpty()) {
                return "the record";
            }
            BackupRecord changed = other.record().get();
            if (!one.basePrefix().equals(other.basePrefix())) {
                return "base_prefix";
            }
            return !record.started().equals(changed.started())
                            || !record.finished().equals(changed.finished())
                    ? "started or finished"
                    : around(key, damaged, Arrays.mismatch(bytes, damaged));
        } catch (CorruptArchiveException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** What cannot be found, and need not be: nothing of it serves a restore, or nothing says that it was there. */
    private static final Set<String> HARMLESS = Set.of(
            "sentinel | a bit flipped | base_prefix",
            "sentinel | a bit flipped | started or finished",
            "backup record (.backup) | removed | any",
            "partial segment | removed | any",
            "version text | a bit flipped | any",
            "version text | two swapped | any",
            "WAL segment | removed | before the first backup",
            "WAL segment | removed | the last of its timeline");

    private static String reason(String kind, String damage, String what) {
        String reason = what;
        if (kind.equals("version text") || kind.startsWith("backup record") || kind.equals("partial segment")) {
            reason = "any";
        } else if (kind.equals("WAL segment") && damage.equals("removed")) {
            List<String> segments = whole.keySet().stream()
                    .filter(key -> kind(key).equals(kind))
                    .toList();
            reason = what.equals(segments.get(0))
                    ? "before the first backup"
                    : what.equals(segments.get(segments.size() - 1)) ? "the last of its timeline" : what;
        }
        return kind + " | " + damage + " | " + reason;
    }

    private String markdown() {
        StringBuilder text = new StringBuilder(
                "| object | damage | found by shallow | by `--deep` | not found |\n|---|---|---|---|---|\n");
        table.forEach((row, counts) -> text.append("| ")
                .append(row)
                .append(" | ")
                .append(counts.getOrDefault("shallow", 0))
                .append(" | ")
                .append(counts.getOrDefault("deep", 0))
                .append(" | ")
                .append(counts.getOrDefault("not found", 0))
                .append(" |\n"));
        missed.stream()
                .distinct()
                .forEach(line -> text.append("not found: ").append(line).append('\n'));
        return text.toString();
    }
}
