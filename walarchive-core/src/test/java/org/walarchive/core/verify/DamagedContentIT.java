package org.walarchive.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.BackupName;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.verification.Finding;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;

/** Damage that was archived as it is, so that every checksum of the archive agrees. */
@Timeout(120)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class DamagedContentIT {

    private static final WalSegmentSize SIZE = WalSegmentSize.ofBytes(1 << 20);

    @TempDir
    private static Path directory;

    private static RealArchive real;

    @BeforeAll
    static void fill() throws Exception {
        real = new RealArchive(PostgresVersion.V17, "lz4", directory).fill();
    }

    private static SegmentLook.Result look(String name, byte[] plain) throws Exception {
        return new SegmentLook(WalSegmentName.parse(name), SIZE, SegmentLook.Completeness.WHOLE)
                .read(new ByteArrayInputStream(plain));
    }

    private static boolean sameEdges(SegmentEdges one, SegmentEdges other) {
        return one.continued() == other.continued()
                && Arrays.equals(one.continuation(), other.continuation())
                && one.magic() == other.magic()
                && one.firstPrevious().equals(other.firstPrevious())
                && one.lastRecord().equals(other.lastRecord())
                && (one.unfinished() == null) == (other.unfinished() == null);
    }

    @Test
    @DisplayName("a wrong bit in a record or a page header is found; none is in what follows a switch of segments")
    void wrongBitsInRecordsAreFound() throws Exception {
        int looked = 0;
        List<String> missed = new ArrayList<>();
        for (String key : real.fixture().keys(ArchiveLayout.WAL)) {
            String name = key.substring(8, key.indexOf('.', 8));
            if (!key.equals("wal_005/" + name + ".lz4") || name.length() != 24) {
                continue;
            }
            byte[] plain = SegmentBuilder.decompress("lz4", real.fixture().bytes(key));
            SegmentEdges whole = look(name, plain).edges();
            // the record that goes on is held against its checksum with the next segment
            long endOfWhole = whole.unfinished() == null
                    ? SIZE.bytes()
                    : whole.unfinished().start().value() % SIZE.bytes();
            int end = plain.length;
            while (end > 0 && plain[end - 1] == 0) {
                end--;
            }
            for (int i = 0; i < 200; i++) {
                int at = (int) ((long) i * end / 200 + i * 7L % 16) % end;
                // the cluster, which is held against the archive's, and flags that mean nothing
                boolean elsewhere = at >= 24 && at < 32 || at % 8192 == 2 || at % 8192 == 3;
                boolean padding = plain[at] == 0 || at >= endOfWhole || elsewhere;
                plain[at] ^= (byte) (1 << i % 8);
                SegmentLook.Result result = look(name, plain);
                if (result.fault().isEmpty() && (result.edges() == null || sameEdges(whole, result.edges()))) {
                    missed.add(name + " at " + at + (padding ? "" : " is " + plain[at] + ", no padding"));
                }
                plain[at] ^= (byte) (1 << i % 8);
                looked++;
            }
        }
        assertTrue(looked > 1000, "only " + looked);
        // zeros between one record and the next serve nobody
        assertTrue(missed.size() < looked / 20, missed.size() + " of " + looked + ": " + missed);
        assertEquals(
                List.of(),
                missed.stream().filter(text -> text.endsWith("no padding")).toList());
    }

    @Test
    @DisplayName("a wrong bit in a page of a relation is found, with its file and block")
    void wrongPagesAreFound() throws Exception {
        BackupName backup =
                real.archive().list(ArchiveLayout.BASE_BACKUPS, org.walarchive.store.ListDepth.IMMEDIATE).stream()
                        .flatMap(blob -> ArchiveLayout.parseSentinel(blob.key()).stream())
                        .findFirst()
                        .orElseThrow();
        String sentinelKey = ArchiveLayout.sentinel(backup);
        byte[] sentinel = real.fixture().bytes(sentinelKey);
        String key = ArchiveLayout.partition(backup, 0, "lz4");
        byte[] stored = real.fixture().bytes(key);
        byte[] tar = SegmentBuilder.decompress("lz4", stored);
        int header = headerOfRelation(tar).orElseThrow();
        String file = text(tar, header);
        // the second page of the file
        tar[header + 512 + 8192 + 5000] ^= 4;
        try {
            real.fixture().put(key, SegmentBuilder.compress("lz4", tar));
            real.fixture().put(sentinelKey, asWalE(sentinel));
            VerificationReport report = new Verify(real.archive()).verify(VerifyRequest.of(VerifyRequest.Depth.DEEP));
            List<Finding> findings = report.findings().stream()
                    .filter(finding -> finding.message().contains("checksum"))
                    .toList();
            assertEquals(1, findings.size(), report.findings().toString());
            assertEquals(key, findings.get(0).subject());
            assertEquals(
                    "1 page of " + file + " has a wrong checksum: block 1",
                    findings.get(0).message());
            assertEquals(Finding.Severity.WARNING, findings.get(0).severity());
        } finally {
            real.fixture().put(key, stored);
            real.fixture().put(sentinelKey, sentinel);
        }
    }

    private static byte[] asWalE(byte[] sentinel) {
        return new String(sentinel, StandardCharsets.US_ASCII)
                .replaceFirst(",\"walarchive\":.*", "}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Finds a relation with at least three pages that are not new. */
    private static Optional<Integer> headerOfRelation(byte[] tar) {
        for (int at = 0; at + 512 < tar.length; at += 512) {
            String name = text(tar, at);
            boolean member = new String(tar, at + 257, 5, StandardCharsets.US_ASCII).equals("ustar");
            if (member && RelationPages.isRelation(name)) {
                long size = Long.parseLong(new String(tar, at + 124, 11, StandardCharsets.US_ASCII), 8);
                boolean used = size >= 3 * 8192 && (tar[at + 512 + 8192 + 14] != 0 || tar[at + 512 + 8192 + 15] != 0);
                if (used) {
                    return Optional.of(at);
                }
            }
        }
        return Optional.empty();
    }

    private static String text(byte[] tar, int at) {
        int end = at;
        while (tar[end] != 0 && end < at + 100) {
            end++;
        }
        return new String(tar, at, end - at, StandardCharsets.ISO_8859_1);
    }
}
