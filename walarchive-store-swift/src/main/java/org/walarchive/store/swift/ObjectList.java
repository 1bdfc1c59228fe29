package org.walarchive.store.swift;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One page of a container's list.
 *
 * @param objects the objects
 * @param directories beginnings of names up to a slash, of objects that lie deeper
 * @param last the last name or directory of the page as it came; empty when nothing came, which is the only sure sign of the
 *     end: a service may give shorter pages than it is asked for
 */
record ObjectList(List<Entry> objects, List<String> directories, Optional<String> last) {

    /** The page after the last. */
    static final ObjectList END = new ObjectList(List.of(), List.of(), Optional.empty());

    /** What a content type ends with that tells the size of a large object. */
    static final String SIZE_PARAMETER = "walarchive-bytes=";

    private static final Pattern SIZE = Pattern.compile(";\\s*" + SIZE_PARAMETER + "(\\d{1,18})");

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * An object.
     *
     * @param name its name
     * @param sizeBytes its length, of a large object that of the whole
     * @param lastModified when it was put
     */
    record Entry(String name, long sizeBytes, Instant lastModified) {}

    /**
     * Reads a page.
     *
     * @param marker where the page begins: what is not after it is left out
     * @throws IOException if it is none
     */
    static ObjectList parse(byte[] json, String marker) throws IOException {
        JsonNode entries = JSON.readTree(json);
        if (entries == null || !entries.isArray()) {
            throw new IOException("a list is no JSON array");
        }
        List<Entry> objects = new ArrayList<>();
        List<String> directories = new ArrayList<>();
        String last = marker;
        for (JsonNode entry : entries) {
            boolean directory = entry.path("subdir").isTextual();
            String name = entry.path(directory ? "subdir" : "name").asText();
            if (name.isEmpty()) {
                throw new IOException("an entry of a list has no name");
            }
            if (compare(name, marker) > 0) {
                if (directory) {
                    directories.add(name);
                } else {
                    objects.add(entry(name, entry));
                }
                last = compare(name, last) > 0 ? name : last;
            }
        }
        if (entries.size() > 0 && last.equals(marker)) {
            throw new IOException("a page of a list is the page before");
        }
        return entries.isEmpty() ? END : new ObjectList(objects, directories, Optional.of(last));
    }

    private static Entry entry(String name, JsonNode entry) throws IOException {
        JsonNode bytes = entry.path("bytes");
        String modified = entry.path("last_modified").asText();
        if (!bytes.isIntegralNumber() || bytes.asLong() < 0) {
            throw new IOException("an entry of a list has no size");
        }
        Matcher size = SIZE.matcher(entry.path("content_type").asText());
        try {
            // Of UTC, though it does not say so.
            String local = modified.endsWith("Z") ? modified.substring(0, modified.length() - 1) : modified;
            return new Entry(
                    name,
                    size.find() ? Long.parseLong(size.group(1)) : bytes.asLong(),
                    LocalDateTime.parse(local).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            throw new IOException("an entry of a list has no time", e);
        }
    }

    /** Compares names as Swift sorts them. */
    private static int compare(String left, String right) {
        return Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
}
