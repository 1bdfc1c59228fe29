package org.walarchive.core.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.sentinel.BackupRecord.Partition;
import org.walarchive.core.sentinel.BackupRecord.Source;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;

final class SentinelJsonTest {

    private static final String KEY = "basebackups_005/x_backup_stop_sentinel.json";

    /** As {@code docs/format.md} shows it. */
    private static final String OURS = """
            {"wal_segment_backup_stop": "000000010000000000000009", "wal_segment_offset_backup_stop": "00000256",
             "expanded_size_bytes": 26765250,
             "spec": {"base_prefix": "/srv/pg/", "tablespaces": ["16384"],
                      "16384": {"loc": "/mnt/ts1/", "link": "pg_tblspc/16384"}},
             "walarchive": {"format": 1, "system_identifier": "7319283746512093847", "server_version": 170011,
               "timeline": 1, "start_lsn": "0/8000028", "stop_lsn": "0/9000100", "wal_segment_size_bytes": 16777216,
               "source": "primary", "started": "2026-11-21T03:00:00Z", "finished": "2026-11-21T03:00:09Z",
               "partitions": [{"name": "part_00000000.tar.lzo", "stored_bytes": 4771139,
                 "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                 "expanded_bytes": 26777600}]}}
            """;

    private static Sentinel read(String json) throws CorruptArchiveException {
        return SentinelJson.read(KEY, json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsTheDocumentedExample() throws Exception {
        Sentinel sentinel = read(OURS);
        assertEquals(Optional.of("000000010000000000000009"), sentinel.stopSegment());
        assertEquals(Optional.of("00000256"), sentinel.stopOffset());
        assertEquals(OptionalLong.of(26765250), sentinel.expandedSizeBytes());
        assertEquals(Optional.of("/srv/pg/"), sentinel.basePrefix());
        assertEquals(List.of(new Sentinel.Tablespace("16384", "/mnt/ts1/", "pg_tblspc/16384")), sentinel.tablespaces());
        BackupRecord record = sentinel.record().orElseThrow();
        assertEquals(SystemIdentifier.parse("7319283746512093847"), record.systemIdentifier());
        assertEquals(170011, record.serverVersion());
        assertEquals(new TimelineId(1), record.timeline());
        assertEquals(Lsn.parse("0/8000028"), record.startLsn());
        assertEquals(Lsn.parse("0/9000100"), record.stopLsn());
        assertEquals(16777216, record.walSegmentSizeBytes());
        assertEquals(Source.PRIMARY, record.source());
        assertEquals(Instant.parse("2026-11-21T03:00:00Z"), record.started());
        assertEquals(Instant.parse("2026-11-21T03:00:09Z"), record.finished());
        assertEquals(1, record.partitions().size());
        assertEquals(4771139, record.partitions().get(0).storedBytes());
        assertEquals(26777600, record.partitions().get(0).expandedBytes());
        assertEquals(sentinel, SentinelJson.read(KEY, SentinelJson.write(sentinel)));
    }

    @Test
    void readsWhatWalEWroteWithoutSpec() throws Exception {
        Sentinel sentinel =
                read("{\"wal_segment_backup_stop\": \"00000001000000000000000A\", \"wal_segment_offset_backup_stop\":"
                        + " \"00000296\"}");
        assertEquals(
                new Sentinel(
                        Optional.of("00000001000000000000000A"),
                        Optional.of("00000296"),
                        OptionalLong.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty()),
                sentinel);
    }

    @Test
    void readsWhatWalEWroteWithSpec() throws Exception {
        Sentinel sentinel = read("{\"wal_segment_backup_stop\": \"00000001000000000000000A\", \"expanded_size_bytes\":"
                + " 123, \"spec\": {\"base_prefix\": \"/var/lib/pg/\", \"tablespaces\": [\"1\", \"2\"],"
                + " \"2\": {\"loc\": \"/b/\", \"link\": \"pg_tblspc/2\"},"
                + " \"1\": {\"loc\": \"/a \\u00e9/\", \"link\": \"pg_tblspc/1\"}},"
                + " \"wal_segment_offset_backup_stop\": \"00000296\"}");
        assertEquals(OptionalLong.of(123), sentinel.expandedSizeBytes());
        assertEquals(
                List.of(
                        new Sentinel.Tablespace("1", "/a é/", "pg_tblspc/1"),
                        new Sentinel.Tablespace("2", "/b/", "pg_tblspc/2")),
                sentinel.tablespaces());
        assertEquals(Optional.empty(), sentinel.record());
    }

    @Test
    void ignoresWhatItDoesNotKnow() throws Exception {
        String later = OURS.replace("\"timeline\": 1", "\"timeline\": 1, \"encryption\": {\"key\": [1, null]}")
                .replace("\"spec\": {", "\"later\": [[{}]], \"spec\": {\"more\": null, ")
                .replace("\"stored_bytes\"", "\"crc\": 1.5, \"stored_bytes\"");
        assertEquals(read(OURS), read(later));
    }

    @Provide
    Arbitrary<Sentinel> sentinels() {
        Arbitrary<String> text = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20),
                Arbitraries.strings()
                        .withChars("/aé\"\\\n\t\u0000\uD83D\uDE00漢")
                        .ofMaxLength(20));
        Arbitrary<Sentinel.Tablespace> tablespace = Combinators.combine(
                        Arbitraries.integers().greaterOrEqual(1), text, text)
                .as((oid, location, link) -> new Sentinel.Tablespace(oid.toString(), location, link));
        return Combinators.combine(
                        text.optional(),
                        text.optional(),
                        Arbitraries.longs().greaterOrEqual(0).optional(),
                        text.optional(),
                        tablespace
                                .list()
                                .uniqueElements(Sentinel.Tablespace::oid)
                                .ofMaxSize(3),
                        records().optional())
                .as((segment, offset, size, prefix, tablespaces, record) -> new Sentinel(
                        segment,
                        offset,
                        size.isPresent() ? OptionalLong.of(size.get()) : OptionalLong.empty(),
                        prefix,
                        tablespaces,
                        record));
    }

    private static Arbitrary<BackupRecord> records() {
        Arbitrary<Long> size = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<List<Partition>> partitions = Combinators.combine(
                        Arbitraries.strings().ofMaxLength(10),
                        size,
                        Arbitraries.strings().withChars("0123456789abcdef").ofLength(64),
                        size)
                .as((name, stored, sha256, expanded) -> new Partition(0, name, stored, sha256, expanded))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(SentinelJsonTest::numbered);
        Arbitrary<Instant> instants = Arbitraries.longs()
                .between(-62135596800L, 253402300799L)
                .flatMap(seconds -> Arbitraries.integers()
                        .between(0, 999_999_999)
                        .map(nanos -> Instant.ofEpochSecond(seconds, nanos)));
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.integers().greaterOrEqual(0),
                        Arbitraries.longs().between(1, 0xFFFFFFFFL),
                        Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                                .as(List::of),
                        Arbitraries.of(Source.class),
                        Combinators.combine(instants, instants).as(List::of),
                        partitions)
                .as((cluster, version, timeline, lsns, source, times, list) -> new BackupRecord(
                        new SystemIdentifier(cluster),
                        version,
                        new TimelineId(timeline),
                        new Lsn(lsns.get(0)),
                        new Lsn(lsns.get(1)),
                        1 << 24,
                        source,
                        times.get(0),
                        times.get(1),
                        list));
    }

    private static List<Partition> numbered(List<Partition> partitions) {
        List<Partition> numbered = new ArrayList<>();
        for (Partition p : partitions) {
            numbered.add(new Partition(numbered.size(), p.name(), p.storedBytes(), p.sha256(), p.expandedBytes()));
        }
        return numbered;
    }

    @Property(tries = 500)
    void whatIsWrittenIsOneLineOfAsciiAndIsReadBack(@ForAll @From("sentinels") Sentinel sentinel) throws Exception {
        byte[] bytes = SentinelJson.write(sentinel);
        for (byte b : bytes) {
            assertTrue(b >= 0x20, "byte " + b);
        }
        assertEquals(sentinel, SentinelJson.read(KEY, bytes));
    }

    @Property(tries = 2000)
    void anyBytesAreReadOrRefused(@ForAll @Size(max = 60) byte[] bytes) {
        readsOrRefuses(bytes);
    }

    @Property(tries = 3000)
    void anyMutatedSentinelIsReadOrRefused(
            @ForAll @IntRange(max = 2000) int at,
            @ForAll @IntRange(max = 40) int removed,
            @ForAll @From("fragments") String inserted) {
        int from = at % OURS.length();
        int to = Math.min(OURS.length(), from + removed);
        readsOrRefuses((OURS.substring(0, from) + inserted + OURS.substring(to)).getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> fragments() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        "null",
                        "true",
                        "-1",
                        "1e400",
                        "0.5",
                        "99999999999999999999999",
                        "\"\"",
                        "{}",
                        "[]",
                        "[[",
                        "{\"a\":",
                        "}",
                        "]",
                        ",",
                        ":",
                        "\\u0000",
                        "\\uD800",
                        "\"x\":\"x\",",
                        "NaN",
                        "//",
                        "\u0000"),
                Arbitraries.strings().ofMaxLength(4));
    }

    @Test
    void noWrongTypeAnywhereIsMoreThanRefused() {
        String[] values = {"null", "true", "-1", "1.5", "1e999999999", "\"\"", "\"x\"", "{}", "[]", "[null]", "[{}]"};
        String numbers = "\"[a-z_0-9]+\": *(\"[^\"]*\"|[0-9]+|\\{|\\[)";
        java.util.regex.Matcher fields =
                java.util.regex.Pattern.compile(numbers).matcher(OURS);
        int count = 0;
        while (fields.find()) {
            for (String value : values) {
                String field = fields.group().replaceFirst(":.*", "");
                String open = fields.group(1).equals("{") || fields.group(1).equals("[") ? fields.group(1) : "";
                String rest = open.isEmpty() ? "" : ", \"gone" + count + "\": " + open;
                String mutated =
                        OURS.substring(0, fields.start()) + field + ": " + value + rest + OURS.substring(fields.end());
                readsOrRefuses(mutated.getBytes(StandardCharsets.UTF_8));
            }
            count++;
        }
        assertTrue(count >= 22, "fields: " + count);
    }

    private static void readsOrRefuses(byte[] bytes) {
        try {
            Sentinel sentinel = SentinelJson.read(KEY, bytes);
            assertEquals(sentinel, SentinelJson.read(KEY, SentinelJson.write(sentinel)));
        } catch (CorruptArchiveException e) {
            assertEquals("sentinel " + KEY + " cannot be read", e.getMessage());
        }
    }

    @Test
    void everyTruncationIsRefused() {
        String json = OURS.strip();
        for (int length = 0; length < json.length(); length++) {
            String cut = json.substring(0, length);
            assertThrows(CorruptArchiveException.class, () -> read(cut), cut);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{} {}", "{}x", "{}\u0000", "{}]", "[]", "null", "1", "\"x\"", "", "  ", "{", "\uFEFF"})
    void whatIsNotOneObjectIsRefused(String json) {
        assertThrows(CorruptArchiveException.class, () -> read(json));
    }

    @Test
    void deepNestingIsRefused() {
        for (int depth : new int[] {2000, 1_000_000}) {
            assertThrows(
                    CorruptArchiveException.class, () -> read("{\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}"));
            assertThrows(CorruptArchiveException.class, () -> read("{\"x\":".repeat(depth) + "1" + "}".repeat(depth)));
        }
    }

    /** What takes three bytes here takes some sixty in memory. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            [],   | 610000
            {},   | 610000
            0,    | 1210000
            """)
    void manyValuesAreRefused(String value, int count) {
        CorruptArchiveException e =
                assertThrows(CorruptArchiveException.class, () -> read("{\"x\":[" + value.repeat(count) + "0]}"));
        assertTrue(e.detail().orElseThrow().contains("Token count"), e.detail()::get);
    }

    /** The longest sentinel that is read has ten times as many: 130 TB, and ten values of JSON for each. */
    @Test
    void manyPartitionsAreRead() throws Exception {
        Sentinel small = SentinelJson.read(KEY, OURS.getBytes(StandardCharsets.UTF_8));
        BackupRecord record = small.record().orElseThrow();
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < 9_000; i++) {
            partitions.add(
                    new Partition(i, String.format("part_%08d.tar.lzo", i), 1L << 30, "0".repeat(64), 1_610_612_736L));
        }
        Sentinel large = new Sentinel(
                small.stopSegment(),
                small.stopOffset(),
                small.expandedSizeBytes(),
                small.basePrefix(),
                small.tablespaces(),
                Optional.of(new BackupRecord(
                        record.systemIdentifier(),
                        record.serverVersion(),
                        record.timeline(),
                        record.startLsn(),
                        record.stopLsn(),
                        record.walSegmentSizeBytes(),
                        record.source(),
                        record.started(),
                        record.finished(),
                        partitions)));
        byte[] json = SentinelJson.write(large);
        assertTrue(json.length <= SentinelJson.MAX_LENGTH_BYTES / 10, "length " + json.length);
        assertTrue(SentinelJson.MAX_TOKENS >= 10 * 90_000 + 100);
        assertEquals(large, SentinelJson.read(KEY, json));
    }

    @Test
    void hugeNumbersAreRefused() {
        for (String number : new String[] {"9223372036854775808", "1".repeat(1000), "1".repeat(100_000), "1e99999"}) {
            assertThrows(CorruptArchiveException.class, () -> read("{\"expanded_size_bytes\": " + number + "}"));
        }
    }

    /** What is put in place of what, and what the detail names. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            "format": 1                     | "format": 2                        | format 2
            "format": 1,                    | ``                                 | "format" is missing
            "timeline": 1                   | "timeline": 0                      | timeline 0
            "timeline": 1                   | "timeline": 1, "timeline": 2       | timeline
            "0/8000028"                     | "8000028"                          | 8000028
            "primary"                       | "secondary"                        | SECONDARY
            "2026-11-21T03:00:00Z"          | "yesterday"                        | yesterday
            "stored_bytes": 4771139         | "stored_bytes": -1                 | stored_bytes
            "stored_bytes": 4771139         | "stored_bytes": "4771139"          | stored_bytes
            "server_version": 170011        | "server_version": 4294967296       | overflow
            e3b0c442                        | E3B0C442                           | SHA-256
            "tablespaces": ["16384"]        | "tablespaces": [16384]             | tablespaces
            "tablespaces": ["16384"]        | "tablespaces": ["16385"]           | loc
            "tablespaces": ["16384"]        | "tablespaces": {"16384": 1}        | tablespaces
            "loc": "/mnt/ts1/",             | ``                                 | loc
            "7319283746512093847"           | "18446744073709551616"             | 18446744073709551616
            "wal_segment_backup_stop": "000000010000000000000009" | "wal_segment_backup_stop": null | wal_segment_backup_stop
            """)
    void knownFieldsOfWrongFormAreDamage(String old, String changed, String named) {
        assertTrue(OURS.contains(old), old);
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> read(OURS.replace(old, changed)));
        assertTrue(e.getMessage().contains(KEY), e.getMessage());
        assertTrue(e.detail().orElseThrow().contains(named), e.detail().orElseThrow());
    }

    @Test
    void aRecordWithoutPartitionsIsRefused() {
        String none = OURS.replaceFirst("(?s)\"partitions\": \\[.*?\\]", "\"partitions\": []");
        assertEquals(
                Optional.of("\"partitions\" is empty"),
                assertThrows(CorruptArchiveException.class, () -> read(none)).detail());
    }

    @Test
    void aRecordChecksItsPartitions() {
        String sha256 = "0".repeat(64);
        assertThrows(IllegalArgumentException.class, () -> new Partition(0, "x", -1, sha256, 0));
        assertThrows(IllegalArgumentException.class, () -> new Partition(0, "x", 0, sha256, -1));
        assertThrows(IllegalArgumentException.class, () -> new Partition(0, "x", 0, sha256.substring(1), 0));
        assertThrows(IllegalArgumentException.class, () -> new Partition(0, "x", 0, "A" + sha256.substring(1), 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new BackupRecord(
                        new SystemIdentifier(1),
                        170000,
                        new TimelineId(1),
                        new Lsn(1),
                        new Lsn(2),
                        1 << 24,
                        Source.OFFLINE,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        List.of(new Partition(1, "x", 0, sha256, 0))));
    }
}
