package org.walarchive.store.swift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;

/**
 * What a static large object is made of.
 *
 * @param id of the put
 * @param segments in their order
 */
record Manifest(String id, List<Segment> segments) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One segment.
     *
     * @param path its name with the container before it
     * @param md5 its MD5 in hexadecimal digits
     * @param sizeBytes its length
     */
    record Segment(String path, String md5, long sizeBytes) {}

    Manifest {
        segments = List.copyOf(segments);
    }

    /** Returns the length of the object. */
    long sizeBytes() {
        return segments.stream().mapToLong(Segment::sizeBytes).sum();
    }

    /** Returns what is kept in the object's metadata. */
    SegmentLayout layout() {
        return SegmentLayout.of(id, segments);
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
}
