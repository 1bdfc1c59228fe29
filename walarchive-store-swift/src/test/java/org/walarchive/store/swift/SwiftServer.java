package org.walarchive.store.swift;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/** A cluster that ci/stores/up has started, by the variable that holds the address of its login. */
final class SwiftServer {

    static final String V1_URL = "WALARCHIVE_TEST_SWIFT_V1_URL";
    static final String V2_URL = "WALARCHIVE_TEST_SWIFT_V2_URL";
    static final String V3_URL = "WALARCHIVE_TEST_SWIFT_V3_URL";

    /** With the next, for a cluster of another kind. */
    static final String V1_USER = "WALARCHIVE_TEST_SWIFT_V1_USER";

    static final String V1_PASSWORD = "WALARCHIVE_TEST_SWIFT_V1_PASSWORD";

    static final String WHERE = "a Swift cluster is started by ci/stores/up";

    /** What one process for each of the cluster's parts may take beside all the other tests; time-outs have tests of their own. */
    private static final String PATIENCE_SECONDS = "120";

    private final String version;
    private final String url;
    private final SwiftConfig config;
    private final SwiftHttp http;
    private final Session session;

    private SwiftServer(String version, String url) throws IOException {
        this.version = version;
        this.url = url;
        this.config = SettingsReader.read(StoreSettings.of(Map.of(
                SettingsReader.AUTH_URL,
                url,
                SettingsReader.AUTH_VERSION,
                version,
                SettingsReader.USER,
                user(version),
                SettingsReader.PASSWORD,
                password(version),
                SettingsReader.TENANT,
                "emu",
                SettingsReader.READ_TIMEOUT,
                PATIENCE_SECONDS)));
        this.http = SwiftHttp.open(config);
        this.session = new Authentication(config.login(), http).login();
    }

    static SwiftServer v1() throws IOException {
        return new SwiftServer("1", System.getenv(V1_URL));
    }

    static SwiftServer v2() throws IOException {
        return new SwiftServer("2", System.getenv(V2_URL));
    }

    static SwiftServer v3() throws IOException {
        return new SwiftServer("3", System.getenv(V3_URL));
    }

    private static String user(String version) {
        return version.equals("1") ? variable(V1_USER, "test:tester") : "emu";
    }

    private static String password(String version) {
        return version.equals("1") ? variable(V1_PASSWORD, "testing") : "emusecret1";
    }

    private static String variable(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).orElse(otherwise);
    }

    /** Returns a provider for this server, with small pages. */
    SwiftStoreProvider.Builder provider() {
        return provider(url);
    }

    /** Returns a provider that finds the server through another address of its login. */
    SwiftStoreProvider.Builder provider(String loginUrl) {
        return SwiftStoreProvider.builder()
                .authUrl(loginUrl)
                .authVersion(version)
                .user(user(version))
                .password(password(version))
                .tenant("emu")
                .set(SettingsReader.CONNECT_TIMEOUT, PATIENCE_SECONDS)
                .set(SettingsReader.READ_TIMEOUT, PATIENCE_SECONDS)
                .set(SettingsReader.PAGE_SIZE, "10");
    }

    static BlobStore open(SwiftStoreProvider.Builder provider, String container) throws StoreException {
        return provider.build().open(StoreLocation.parse("swift://" + container + "/some/dir"), StoreSettings.none());
    }

    /** Returns host and port of the login. */
    String address() {
        URI uri = URI.create(url);
        return uri.getHost() + ":" + uri.getPort();
    }

    /** Returns the path of the login's address. */
    String loginPath() {
        return URI.create(url).getPath();
    }

    /** Makes a container and returns its name. */
    String makeContainer() {
        String container = "container-" + UUID.randomUUID();
        try (Reply reply = http.send(
                request(container, "")
                        .put(RequestBody.create(null, new byte[0]))
                        .build(),
                session.token())) {
            if (!reply.isSuccess()) {
                throw new IllegalStateException("container was not made: " + reply.status());
            }
            return container;
        } catch (IOException e) {
            throw new IllegalStateException("container was not made", e);
        }
    }

    /** Returns the names of all objects of a container, segments among them. */
    List<String> names(String container) throws IOException {
        List<String> names = new ArrayList<>();
        String marker = "";
        while (true) {
            HttpUrl page = request(container, "")
                    .build()
                    .url()
                    .newBuilder()
                    .addQueryParameter("format", "json")
                    .addQueryParameter("marker", marker)
                    .build();
            try (Reply reply = http.send(request(container, "").url(page).build(), session.token())) {
                ObjectList list = ObjectList.parse(reply.bytes(1 << 24), marker);
                if (list.last().isEmpty()) {
                    return names;
                }
                list.objects().forEach(object -> names.add(object.name()));
                marker = list.last().get();
            }
        }
    }

    /** Makes a request of an object or, with an empty path, of the container. */
    Request.Builder request(String container, String path) {
        return new Request.Builder()
                .url(HttpUrl.get(session.storageUrl() + "/" + container + path))
                .header("X-Auth-Token", session.token());
    }

    Reply send(Request.Builder request) throws IOException {
        return http.send(request.build(), session.token());
    }
}
