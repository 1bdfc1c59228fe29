package org.walarchive.core.sentinel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.CorruptArchiveException;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;

/**
 * Reads and writes sentinels ({@code docs/format.md#sentinel}). Fields that are not known are ignored, so that newer
 * writers stay readable; fields that are known and of the wrong form are damage.
 */
public final class SentinelJson {

    /** The longest sentinel that is read: {@value} bytes. */
    public static final int MAX_LENGTH_BYTES = 16 << 20;

    /** Ten for each partition of the longest; what is made of each takes some 60 bytes of memory. */
    static final int MAX_TOKENS = 1_200_000;

    private static final int FORMAT = 1;

    private static final Set<String> FIELDS = Set.of(
            "wal_segment_backup_stop", "wal_segment_offset_backup_stop", "expanded_size_bytes", "spec", "walarchive");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private SentinelJson() {}

    /** Returns the sentinel as one line of ASCII. */
    public static byte[] write(Sentinel sentinel) {
        ObjectNode root = MAPPER.createObjectNode();
        sentinel.stopSegment().ifPresent(text -> root.put("wal_segment_backup_stop", text));
        sentinel.stopOffset().ifPresent(text -> root.put("wal_segment_offset_backup_stop", text));
        sentinel.expandedSizeBytes().ifPresent(size -> root.put("expanded_size_bytes", size));
        ObjectNode spec = root.putObject("spec");
        sentinel.basePrefix().ifPresent(text -> spec.put("base_prefix", text));
        ArrayNode oids = spec.putArray("tablespaces");
        for (Sentinel.Tablespace tablespace : sentinel.tablespaces()) {
            oids.add(tablespace.oid());
            spec.putObject(tablespace.oid()).put("loc", tablespace.location()).put("link", tablespace.link());
        }
        sentinel.record().ifPresent(record -> write(record, root.putObject("walarchive")));
        try {
            return MAPPER.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values cannot be written", e);
        }
    }

    private static void write(BackupRecord record, ObjectNode node) {
        node.put("format", FORMAT);
        node.put("system_identifier", record.systemIdentifier().toString());
        node.put("server_version", record.serverVersion());
        node.put("timeline", record.timeline().value());
        node.put("start_lsn", record.startLsn().toString());
        node.put("stop_lsn", record.stopLsn().toString());
        node.put("wal_segment_size_bytes", record.walSegmentSizeBytes());
        node.put("source", record.source().name().toLowerCase(Locale.ROOT));
        node.put("started", record.started().toString());
        node.put("finished", record.finished().toString());
        ArrayNode partitions = node.putArray("partitions");
        for (BackupRecord.Partition partition : record.partitions()) {
            partitions
                    .addObject()
                    .put("name", partition.name())
                    .put("stored_bytes", partition.storedBytes())
                    .put("sha256", partition.sha256())
                    .put("expanded_bytes", partition.expandedBytes());
        }
    }

    /**
     * Reads a sentinel.
     *
     * @param key where it was read from, for messages
     * @param bytes its content
     * @throws CorruptArchiveException if it is not the JSON of a sentinel
     */
    public static Sentinel read(String key, byte[] bytes) throws CorruptArchiveException {
        try {
            JsonNode root = MAPPER.readTree(bytes);
            if (root == null || !root.isObject()) {
                throw new IllegalArgumentException("it is not a JSON object");
            }
            return sentinel(root);
        } catch (IOException e) {
            throw damaged(
                    key, e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage(), e);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw damaged(key, e.getMessage(), e);
        }
    }

    /** Returns the names of a sentinel's fields that neither WAL-E nor this version writes. */
    public static List<String> unknownFields(String key, byte[] bytes) throws CorruptArchiveException {
        List<String> unknown = new ArrayList<>();
        try {
            MAPPER.readTree(bytes).fieldNames().forEachRemaining(unknown::add);
        } catch (IOException e) {
            throw damaged(key, e.getMessage(), e);
        }
        unknown.removeAll(FIELDS);
        return unknown;
    }

    private static CorruptArchiveException damaged(String key, @Nullable String detail, Throwable cause) {
        return new CorruptArchiveException(
                "sentinel " + key + " cannot be read",
                detail,
                "The backup's files may be whole all the same; compare the sentinel with those of other backups.",
                cause);
    }

    private static Sentinel sentinel(JsonNode root) {
        List<Sentinel.Tablespace> tablespaces = new ArrayList<>();
        boolean ofWalG = WalGSentinel.isOne(root);
        // read by WAL-G under either name
        JsonNode spec = ofWalG && root.path("Spec").isObject() ? root.path("Spec") : root.path("spec");
        if (!spec.isMissingNode() && !spec.isObject()) {
            throw new IllegalArgumentException("\"spec\" is not an object");
        }
        for (JsonNode oid : array(spec, "tablespaces")) {
            if (!oid.isTextual()) {
                throw new IllegalArgumentException("\"tablespaces\" holds something that is not a string");
            }
            JsonNode entry = spec.path(oid.textValue());
            tablespaces.add(new Sentinel.Tablespace(oid.textValue(), text(entry, "loc"), text(entry, "link")));
        }
        JsonNode record = root.path("walarchive");
        return new Sentinel(
                optionalText(root, "wal_segment_backup_stop"),
                optionalText(root, "wal_segment_offset_backup_stop"),
                ofWalG ? WalGSentinel.size(root) : expandedSize(root),
                optionalText(spec, "base_prefix"),
                tablespaces,
                record.isMissingNode() ? Optional.empty() : Optional.of(record(record)),
                ofWalG ? Optional.of(WalGSentinel.record(root)) : Optional.empty());
    }

    private static OptionalLong expandedSize(JsonNode root) {
        return root.has("expanded_size_bytes")
                ? OptionalLong.of(number(root, "expanded_size_bytes"))
                : OptionalLong.empty();
    }

    private static BackupRecord record(JsonNode node) {
        long format = number(node, "format");
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "\"walarchive\" has format " + format + "; this version reads " + FORMAT);
        }
        List<BackupRecord.Partition> partitions = new ArrayList<>();
        for (JsonNode partition : array(node, "partitions")) {
            partitions.add(new BackupRecord.Partition(
                    partitions.size(),
                    text(partition, "name"),
                    number(partition, "stored_bytes"),
                    text(partition, "sha256"),
                    number(partition, "expanded_bytes")));
        }
        if (partitions.isEmpty()) {
            throw new IllegalArgumentException("\"partitions\" is empty");
        }
        return new BackupRecord(
                SystemIdentifier.parse(text(node, "system_identifier")),
                Math.toIntExact(number(node, "server_version")),
                new TimelineId(number(node, "timeline")),
                Lsn.parse(text(node, "start_lsn")),
                Lsn.parse(text(node, "stop_lsn")),
                Math.toIntExact(number(node, "wal_segment_size_bytes")),
                BackupRecord.Source.valueOf(text(node, "source").toUpperCase(Locale.ROOT)),
                Instant.parse(text(node, "started")),
                Instant.parse(text(node, "finished")),
                partitions);
    }

    private static JsonNode array(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode()) {
            return MAPPER.createArrayNode();
        }
        if (!value.isArray()) {
            throw new IllegalArgumentException("\"" + field + "\" is not an array");
        }
        return value;
    }

    private static Optional<String> optionalText(JsonNode node, String field) {
        return node.has(field) ? Optional.of(text(node, field)) : Optional.empty();
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(
                    "\"" + field + "\" is " + (value.isMissingNode() ? "missing" : "not a string"));
        }
        return value.textValue();
    }

    private static long number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new IllegalArgumentException(
                    "\"" + field + "\" is " + (value.isMissingNode() ? "missing" : "not a whole number from 0 up"));
        }
        return value.longValue();
    }
}
