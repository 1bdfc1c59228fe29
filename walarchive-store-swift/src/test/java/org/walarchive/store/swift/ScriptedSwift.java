package org.walarchive.store.swift;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.FaultProxy;
import org.walarchive.store.tck.NetworkFault;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.ProxiedRequest;

/**
 * A Swift that answers as a test says. Logins of version 1 succeed with tokens {@code token-1}, {@code token-2}, …; what has no
 * rule is absent, and what is put is created.
 */
final class ScriptedSwift implements AutoCloseable {

    static final String PASSWORD = "sesame-password";

    private final FaultProxy service;
    private final AtomicInteger logins = new AtomicInteger();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<BlobStore> opened = new ArrayList<>();

    private record Rule(Predicate<ProxiedRequest> requests, Function<ProxiedRequest, NetworkFault> answer) {}

    ScriptedSwift() throws IOException {
        service = FaultProxy.start("127.0.0.1:9", this::answer);
    }

    private NetworkFault answer(ProxiedRequest request) {
        for (Rule rule : rules) {
            if (rule.requests().test(request)) {
                return rule.answer().apply(request);
            }
        }
        if (request.is("GET", "/auth/v1.0")) {
            return login(Map.of());
        }
        if (request.is("GET", "format=json")) {
            return swift(200, Map.of("Content-Type", "application/json"), "[]");
        }
        if (request.is("HEAD", "walarchive-segments") && request.target().endsWith("/0000")) {
            return swift(200, Map.of("X-Static-Large-Object", "True"), "");
        }
        return switch (request.method()) {
            case "PUT" -> swift(201, Map.of("ETag", request.header("etag").orElse("of-a-manifest")), "");
            case "DELETE" -> swift(204, Map.of(), "");
            case "HEAD" -> swift(request.target().endsWith("/container") ? 204 : 404, Map.of(), "");
            default -> swift(404, Map.of(), "<html><h1>Not Found</h1></html>");
        };
    }

    /** An answer of success to a login. */
    Answer login(Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("X-Auth-Token", "token-" + logins.incrementAndGet());
        all.put("X-Storage-Url", "http://" + service.address() + "/v1/account");
        return swift(200, all, "");
    }

    /** An answer that Swift itself gives. */
    static Answer swift(int status, Map<String, String> headers, String body) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("X-Trans-Id", "tx4711");
        return new Answer(status, all, body);
    }

    /** An answer with an object, as long as it is ASCII. */
    static Answer object(String body) {
        MessageDigest digest = Md5.digest();
        digest.update(body.getBytes(StandardCharsets.US_ASCII));
        return swift(200, Map.of("ETag", Md5.hex(digest)), body);
    }

    /** Adds a rule, which goes before those that were added earlier. */
    ScriptedSwift when(String method, String targetPart, Function<ProxiedRequest, NetworkFault> answer) {
        rules.add(0, new Rule(request -> request.is(method, targetPart), answer));
        return this;
    }

    /** Adds a rule, which goes before those that were added earlier. */
    ScriptedSwift when(String method, String targetPart, NetworkFault answer) {
        return when(method, targetPart, request -> answer);
    }

    SwiftStoreProvider.Builder provider() {
        return SwiftStoreProvider.builder()
                .authUrl("http://" + service.address() + "/auth/v1.0")
                .authVersion("1")
                .user("test:tester")
                .password(PASSWORD)
                .connectTimeout(Duration.ofSeconds(10))
                .readTimeout(Duration.ofSeconds(30))
                .segmentSizeBytes(1 << 20);
    }

    BlobStore open() throws StoreException {
        return open(provider());
    }

    BlobStore open(SwiftStoreProvider.Builder provider) throws StoreException {
        BlobStore store =
                provider.build().open(StoreLocation.parse("swift://container/some/dir"), StoreSettings.none());
        opened.add(store);
        return store;
    }

    String address() {
        return service.address();
    }

    /** What came, without the logins. */
    List<ProxiedRequest> requests() {
        return service.requests().stream()
                .filter(request -> !request.target().startsWith("/auth"))
                .toList();
    }

    long count(String method, String targetPart) {
        return service.count(request -> request.is(method, targetPart));
    }

    long logins() {
        return count("GET", "/auth/v1.0");
    }

    @Override
    public void close() throws IOException {
        opened.forEach(BlobStore::close);
        service.close();
    }
}
