package org.walarchive.store.swift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
     */
    record Segment(String path, String md5, long sizeBytes) {}

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
     * Reads the paths of the segments of one as Swift gives it.
     *
     * @throws IOException if it is none
     */
    static List<String> paths(byte[] json) throws IOException {
        JsonNode entries = JSON.readTree(json);
        if (entries == null || !entries.isArray()) {
            throw new IOException("a manifest is no JSON array");
        }
        List<String> paths = new ArrayList<>();
        for (JsonNode entry : entries) {
            if (!entry.path("name").isTextual()) {
                throw new IOException("a segment of a manifest has no name");
            }
            paths.add(entry.path("name").asText());
        }
        return paths;
    }
}
