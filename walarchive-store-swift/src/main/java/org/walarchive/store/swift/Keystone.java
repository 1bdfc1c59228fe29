package org.walarchive.store.swift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.openstack4j.core.transport.ObjectMapperSingleton;

/** What both versions of Keystone's API share: openstack4j's classes as JSON. */
final class Keystone {

    /** The service that Swift is in the catalog. */
    static final String OBJECT_STORE = "object-store";

    private static final MediaType JSON = MediaType.get("application/json");

    /** A catalog of hundreds of regions takes less. */
    private static final int MOST_BYTES = 8 << 20;

    private Keystone() {}

    /** Makes a request to an API that is at the login's address, or below it where the address does not name a version. */
    static Request post(Login login, String version, String path, Object body) {
        HttpUrl url = login.url();
        HttpUrl.Builder address = url.newBuilder();
        if (url.pathSegments().get(url.pathSize() - 1).isEmpty()) {
            address.removePathSegment(url.pathSize() - 1);
        }
        boolean versioned = url.pathSegments().stream()
                .anyMatch(segment -> segment.toLowerCase(Locale.ROOT).matches("v\\d(\\.\\d)?"));
        if (!versioned) {
            address.addPathSegment(version);
        }
        try {
            byte[] json = ObjectMapperSingleton.getContext(body.getClass()).writeValueAsBytes(body);
            return new Request.Builder()
                    .url(address.addPathSegments(path).build())
                    .header("Accept", "application/json")
                    .post(RequestBody.create(JSON, json))
                    .build();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a login cannot be written as JSON", e);
        }
    }

    /**
     * Reads an answer. Of the catalog only object stores are: openstack4j fails at an address that {@link java.net.URL} does
     * not know, such as {@code ws://} of a message queue.
     */
    static <T> T read(Login login, Reply reply, Class<T> type) throws IOException {
        byte[] json = reply.bytes(MOST_BYTES);
        try {
            ObjectMapper mapper = ObjectMapperSingleton.getContext(type);
            JsonNode answer = new ObjectMapper().readTree(json);
            for (JsonNode root : answer) {
                for (String catalog : List.of("catalog", "serviceCatalog")) {
                    if (root.get(catalog) instanceof ArrayNode services) {
                        services.removeIf(service ->
                                !OBJECT_STORE.equals(service.path("type").asText()));
                        services.findParents("interface").forEach(Keystone::inUpperCase);
                    }
                }
            }
            T value = mapper.readValue(mapper.treeAsTokens(answer), type);
            if (value != null) {
                return value;
            }
        } catch (JsonProcessingException e) {
            // Its message may quote the answer, which holds a token.
        }
        throw Authentication.notUnderstood(login, "a body that is not Keystone's");
    }

    /** Openstack4j compares it in the letters of the default locale, in which "internal" may become "\u0130NTERNAL", and that is public. */
    private static void inUpperCase(JsonNode endpoint) {
        if (endpoint instanceof ObjectNode object) {
            object.put("interface", endpoint.path("interface").asText().toUpperCase(Locale.ROOT));
        }
    }
}
