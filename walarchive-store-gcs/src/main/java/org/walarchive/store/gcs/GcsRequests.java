package org.walarchive.store.gcs;

import com.google.api.client.http.EmptyContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.support.PartBuffer;

/**
 * Makes the requests of Google Cloud Storage's JSON API, version 1
 * (https://cloud.google.com/storage/docs/json_api/v1).
 */
final class GcsRequests {

    /** What an answer to a put tells. */
    private static final String STORED_FIELDS = "kind,size,crc32c,generation";

    private static final String LIST_FIELDS = "kind,nextPageToken,prefixes,items(name,size,timeCreated)";

    private final GcsBucket bucket;
    private final GcsConfig config;
    private final HttpRequestFactory factory;

    GcsRequests(GcsBucket bucket, GcsConfig config, HttpRequestFactory factory) {
        this.bucket = bucket;
        this.config = config;
        this.factory = factory;
    }

    /** Puts an object by one request. The service compares the checksum before the object appears. */
    HttpRequest put(String object, PartBuffer content, String crc32c, PutMode mode) {
        JsonObject metadata = metadata(object);
        metadata.addProperty("crc32c", crc32c);
        return request("POST", upload("multipart", mode).toString(), PartContent.related(metadata.toString(), content));
    }

    /** Begins a resumable upload. */
    HttpRequest begin(String object, PutMode mode) {
        HttpRequest request = request(
                "POST",
                upload("resumable", mode).toString(),
                PartContent.json(metadata(object).toString()));
        request.getHeaders().set("X-Upload-Content-Type", PartContent.OCTETS);
        return request;
    }

    /**
     * Sends a chunk of a resumable upload.
     *
     * @param range which bytes these are, as {@code Content-Range}
     * @param crc32c of the whole object, with its last chunk
     */
    HttpRequest chunk(URI session, PartBuffer content, long from, String range, @Nullable String crc32c) {
        HttpContent body = from < content.size() ? PartContent.of(content, from) : new EmptyContent();
        HttpRequest request = request("PUT", session.toString(), body);
        request.getHeaders().setContentRange(range);
        if (crc32c != null) {
            request.getHeaders().set("X-Goog-Hash", "crc32c=" + crc32c);
        }
        return request;
    }

    /** Ends a resumable upload, so that nothing is left of it. */
    HttpRequest cancel(URI session) {
        return request("DELETE", session.toString(), null);
    }

    /** Reads an object; its bytes come as they are stored. */
    HttpRequest get(String object) {
        HttpRequest request = request("GET", object(object).with("alt", "media").toString(), null);
        request.setResponseReturnRawInputStream(true);
        request.getHeaders().setAcceptEncoding("identity");
        return request;
    }

    HttpRequest list(String prefix, ListDepth depth, @Nullable PageToken token) {
        Address address = objects("/storage/v1")
                .with("prefix", prefix)
                .with("maxResults", String.valueOf(config.pageSize()))
                .with("fields", LIST_FIELDS);
        switch (depth) {
            case IMMEDIATE -> address.with("delimiter", "/");
            case ALL -> {}
        }
        if (token != null) {
            address.with("pageToken", token.service());
        }
        return request("GET", address.toString(), null);
    }

    /** Lists one object at most, of those whose names begin with a prefix. */
    HttpRequest look(String prefix) {
        return request(
                "GET",
                objects("/storage/v1")
                        .with("prefix", prefix)
                        .with("maxResults", "1")
                        .with("fields", LIST_FIELDS)
                        .toString(),
                null);
    }

    HttpRequest delete(String object) {
        return request("DELETE", object(object).toString(), null);
    }

    /** Deletes one generation of an object: no other that came in between. */
    HttpRequest delete(String object, String generation) {
        return request(
                "DELETE",
                object(object)
                        .with("generation", generation)
                        .with("ifGenerationMatch", generation)
                        .toString(),
                null);
    }

    private JsonObject metadata(String object) {
        JsonObject metadata = new JsonObject();
        metadata.addProperty("name", object);
        metadata.addProperty("contentType", PartContent.OCTETS);
        config.storageClass().ifPresent(name -> metadata.addProperty("storageClass", name));
        return metadata;
    }

    private Address upload(String type, PutMode mode) {
        Address address = objects("/upload/storage/v1").with("uploadType", type).with("fields", STORED_FIELDS);
        config.kmsKey().ifPresent(name -> address.with("kmsKeyName", name));
        return switch (mode) {
            case OVERWRITE -> address;
            // No generation is live: the service writes if there is no object, in one step.
            case IF_ABSENT -> address.with("ifGenerationMatch", "0");
        };
    }

    private Address objects(String api) {
        return address(api + "/b/" + encoded(bucket.name()) + "/o");
    }

    private Address object(String object) {
        return address("/storage/v1/b/" + encoded(bucket.name()) + "/o/" + encoded(object));
    }

    private Address address(String path) {
        Address address = new Address(config.endpoint() + path);
        config.userProject().ifPresent(project -> address.with("userProject", project));
        return address;
    }

    private HttpRequest request(String method, String address, @Nullable HttpContent content) {
        try {
            return factory.buildRequest(method, new GenericUrl(address, true), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A path and a query. */
    private static final class Address {

        private final StringBuilder text;
        private char separator = '?';

        Address(String path) {
            this.text = new StringBuilder(path);
        }

        Address with(String name, String value) {
            text.append(separator).append(name).append('=').append(encoded(value));
            separator = '&';
            return this;
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
