package org.walarchive.core.sentinel;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;

/** Reads the fields of WAL-G's sentinels: positions are decimal numbers of 64 bits without a sign. */
final class WalGSentinel {

    private static final String LSN = "LSN";
    private static final String DELTA_FROM = "DeltaFrom";
    private static final String TAR_FILE_SETS = "TarFileSets";

    private WalGSentinel() {}

    static boolean isOne(JsonNode root) {
        return root.hasNonNull(LSN);
    }

    static WalGRecord record(JsonNode root) {
        return new WalGRecord(
                new Lsn(unsigned(root, LSN).longValue()),
                root.hasNonNull("FinishLSN")
                        ? Optional.of(new Lsn(unsigned(root, "FinishLSN").longValue()))
                        : Optional.empty(),
                version(root),
                root.hasNonNull("SystemIdentifier")
                        ? Optional.of(SystemIdentifier.parse(
                                unsigned(root, "SystemIdentifier").toString()))
                        : Optional.empty(),
                deltaFrom(root),
                time(root, "StartTime"),
                time(root, "FinishTime"),
                root.path("IsPermanent").asBoolean(false),
                size(root, "CompressedSize"),
                partitions(root));
    }

    /** The sizes of all files that were looked at; older releases have only those that were stored, with their headers. */
    static OptionalLong size(JsonNode root) {
        long catalog = size(root, "DataCatalogSize");
        long bytes = catalog > 0 ? catalog : size(root, "UncompressedSize");
        return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    private static long size(JsonNode root, String field) {
        return root.hasNonNull(field)
                ? unsigned(root, field).min(BigInteger.valueOf(Long.MAX_VALUE)).longValue()
                : 0;
    }

    private static BigInteger unsigned(JsonNode root, String field) {
        JsonNode node = root.path(field);
        if (!node.isIntegralNumber()
                || node.bigIntegerValue().signum() < 0
                || node.bigIntegerValue().bitLength() > Long.SIZE) {
            throw new IllegalArgumentException("\"" + field + "\" is not a number from 0 to 2^64 - 1");
        }
        return node.bigIntegerValue();
    }

    private static int version(JsonNode root) {
        long version = unsigned(root, "PgVersion").longValue();
        if (version < 80_000 || version > 999_999) {
            throw new IllegalArgumentException("\"PgVersion\" is " + version);
        }
        return (int) version;
    }

    private static Optional<String> deltaFrom(JsonNode root) {
        if (!root.hasNonNull(DELTA_FROM)) {
            return Optional.empty();
        }
        if (!root.path(DELTA_FROM).isTextual()) {
            throw new IllegalArgumentException("\"" + DELTA_FROM + "\" is not a string");
        }
        return Optional.of(root.path(DELTA_FROM).textValue());
    }

    /** Go writes the zero time where there is none. */
    private static Optional<Instant> time(JsonNode root, String field) {
        return root.path(field).isTextual()
                ? Optional.of(Instant.parse(root.path(field).textValue())).filter(time -> time.isAfter(Instant.EPOCH))
                : Optional.empty();
    }

    private static Optional<Set<String>> partitions(JsonNode root) {
        JsonNode sets = root.path(TAR_FILE_SETS);
        Set<String> names = new HashSet<>();
        sets.fieldNames().forEachRemaining(names::add);
        names.remove(""); // what WAL-G records below PostgreSQL 9.6
        return names.isEmpty() ? Optional.empty() : Optional.of(names);
    }
}
