package org.walarchive.core.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.ConfigurationException;
import org.walarchive.core.sentinel.Sentinel;

/**
 * A restore specification of WAL-E: a JSON object whose fields take the place of those in the sentinel's {@code spec}. Its {@code
 * base_prefix} is not heeded: in WAL-E it sent the restore over the original.
 */
final class RestoreSpecification {

    private static final long MOST_BYTES = 16 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final List<Sentinel.Tablespace> backedUp;

    private RestoreSpecification(Path file, List<Sentinel.Tablespace> backedUp) {
        this.file = file;
        this.backedUp = backedUp;
    }

    /** Returns the location of each of a backup's tablespaces, as text, by its OID. */
    static Map<String, String> locations(Path file, List<Sentinel.Tablespace> backedUp) throws ConfigurationException {
        return new RestoreSpecification(file, backedUp).read();
    }

    private Map<String, String> read() throws ConfigurationException {
        if (!Files.isRegularFile(file)) {
            throw new ConfigurationException(
                    "Restore specification does not exist", "File not found: " + file, "Correct the path.");
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw wrong("it is longer than " + MOST_BYTES + " bytes");
            }
            JsonNode root = MAPPER.readTree(Files.readAllBytes(file));
            if (root == null || !root.isObject()) {
                throw wrong("it is not a JSON object");
            }
            return locations(root);
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
            throw wrong(where + e.getOriginalMessage());
        } catch (IOException e) {
            throw wrong(e.toString());
        }
    }

    private Map<String, String> locations(JsonNode root) throws ConfigurationException {
        Map<String, String> locations = new HashMap<>();
        for (Sentinel.Tablespace tablespace : backedUp) {
            locations.put(tablespace.oid(), tablespace.location());
        }
        requireTablespaces(root, locations.keySet());
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            switch (entry.getKey()) {
                case "tablespaces" -> {}
                case "base_prefix" -> {
                    if (!entry.getValue().isTextual()) {
                        throw wrong("\"base_prefix\" is not a string");
                    }
                }
                default -> {
                    if (!locations.containsKey(entry.getKey())) {
                        throw wrong("it has \"" + entry.getKey() + "\", and the backup has no such tablespace");
                    }
                    locations.put(entry.getKey(), location(entry.getKey(), entry.getValue()));
                }
            }
        }
        return locations;
    }

    /** The list, where it is given, has to be that of the backup: files of others would land in no tablespace. */
    private void requireTablespaces(JsonNode root, Set<String> expected) throws ConfigurationException {
        JsonNode list = root.path("tablespaces");
        if (list.isMissingNode()) {
            return;
        }
        if (!list.isArray()) {
            throw wrong("\"tablespaces\" is not an array");
        }
        Set<String> named = new HashSet<>();
        for (JsonNode oid : list) {
            if (!oid.isTextual()) {
                throw wrong("\"tablespaces\" holds " + oid + ", which is not a string");
            }
            if (!named.add(oid.textValue())) {
                throw wrong("\"tablespaces\" holds \"" + oid.textValue() + "\" twice");
            }
            if (!expected.contains(oid.textValue())) {
                throw wrong("\"tablespaces\" holds \"" + oid.textValue() + "\", and the backup has no such tablespace");
            }
        }
        for (String oid : expected) {
            if (!named.contains(oid)) {
                throw wrong("\"tablespaces\" lacks \"" + oid + "\", a tablespace of the backup");
            }
        }
    }

    private String location(String oid, JsonNode entry) throws ConfigurationException {
        if (!entry.isObject()) {
            throw wrong("\"" + oid + "\" is not an object");
        }
        for (Map.Entry<String, JsonNode> property : entry.properties()) {
            String field = property.getKey();
            if (!field.equals("loc") && !field.equals("link")) {
                throw wrong("\"" + oid + "\" has \"" + field + "\"; only \"loc\" and \"link\" mean something");
            }
        }
        if (!entry.path("loc").isTextual()) {
            throw wrong("\"" + oid + "\" has no string \"loc\"");
        }
        String link = "pg_tblspc/" + oid;
        if (entry.has("link") && !entry.path("link").asText().equals(link)) {
            throw wrong("\"" + oid + "\" has the \"link\" " + entry.path("link") + "; it has to be \"" + link + "\"");
        }
        return entry.path("loc").textValue();
    }

    private ConfigurationException wrong(@Nullable String detail) {
        return new ConfigurationException(
                "restore specification " + file + " cannot be used",
                detail,
                "Nothing was restored. It has the form of \"spec\" in the backup's sentinel; leave out what is to stay as it was.");
    }
}
