package org.walarchive.store.swift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.walarchive.store.swift.ContentStream.Piece;

/**
 * What a static large object is made of.
 *
 * @param segments in their order
 */
record Manifest(List<Segment> segments) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One segment.
     *
     * @param path its name with the container before it
     * @param md5 its MD5 in hexadecimal digits
     * @param sizeBytes its length
     * @param extent how much of it
     */
    record Segment(String path, String md5, long sizeBytes, Extent extent) {}

    /** How much of a segment belongs to the object. */
    enum Extent {
        WHOLE,
        RANGE_OR_NESTED
    }

    Manifest {
        segments = List.copyOf(segments);
    }

    /** Writes it as Swift wants it put. */
    byte[] toJson() {
        ArrayNode entries = JSON.createArrayNode();
        for (Segment segment : segments) {
            entries.addObject()
                    .put("path", segment.path())
                    .put("etag", segment.md5())
                    .put("size_bytes", segment.sizeBytes());
        }
        try {
            return JSON.writeValueAsBytes(entries);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest cannot be written as JSON", e);
        }
    }

    /**
     * Reads it as Swift gives it.
     *
     * @throws IOException if it is none
     */
    static Manifest parse(byte[] json) throws IOException {
        JsonNode entries = JSON.readTree(json);
        if (!entries.isArray()) {
            throw new IOException("a manifest is no JSON array");
        }
        List<Segment> segments = new ArrayList<>();
        for (JsonNode entry : entries) {
            boolean plain = entry.path("name").isTextual()
                    && entry.path("hash").isTextual()
                    && entry.path("bytes").isIntegralNumber()
                    && !entry.path("sub_slo").asBoolean()
                    && !entry.hasNonNull("range");
            segments.add(new Segment(
                    entry.path("name").asText(),
                    entry.path("hash").asText(),
                    entry.path("bytes").asLong(),
                    plain ? Extent.WHOLE : Extent.RANGE_OR_NESTED));
        }
        return new Manifest(segments);
    }

    /** Returns what a reader can hold the content to; nothing if that is not known of all of it. */
    List<Piece> pieces(long sizeBytes) {
        boolean all = segments.stream().allMatch(segment -> segment.extent() == Extent.WHOLE)
                && segments.stream().mapToLong(Segment::sizeBytes).sum() == sizeBytes;
        return all
                ? segments.stream()
                        .map(segment -> new Piece(segment.sizeBytes(), segment.md5()))
                        .toList()
                : List.of();
    }
}
