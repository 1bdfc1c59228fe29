package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;

/** The operations on Swift, with tokens of Keystone's version 2. */
@EnabledIfEnvironmentVariable(named = SwiftServer.V2_URL, matches = ".+", disabledReason = SwiftServer.WHERE)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class SwiftV2IT {

    @Test
    void putsReadsListsAndDeletes() throws IOException {
        SwiftServer server = SwiftServer.v2();
        byte[] bytes = "of version 2".getBytes(StandardCharsets.UTF_8);
        try (BlobStore store = SwiftServer.open(server.provider(), server.makeContainer())) {
            assertEquals(PutResult.WRITTEN, store.put("a/b", BlobSource.of(bytes), PutMode.IF_ABSENT));
            assertEquals(PutResult.ALREADY_PRESENT, store.put("a/b", BlobSource.of(bytes), PutMode.IF_ABSENT));
            try (BlobContent content = store.get("a/b")) {
                assertArrayEquals(bytes, content.stream().readAllBytes());
            }
            assertEquals(
                    List.of("a/"), store.list("", ListDepth.IMMEDIATE, null).prefixes());
            store.delete(List.of("a/b"));
            assertEquals(List.of(), store.list("", ListDepth.ALL, null).blobs());
        }
    }

    @Test
    void aTenantMayStandBeforeTheUser() throws IOException {
        SwiftServer server = SwiftServer.v2();
        SwiftStoreProvider.Builder provider = SwiftStoreProvider.builder()
                .authUrl(System.getenv(SwiftServer.V2_URL))
                .user("emu:emu")
                .password("emusecret1")
                .connectTimeout(Duration.ofMinutes(2))
                .readTimeout(Duration.ofMinutes(2));
        try (BlobStore store = SwiftServer.open(provider, server.makeContainer())) {
            assertEquals(List.of(), store.list("", ListDepth.ALL, null).blobs());
        }
    }
}
