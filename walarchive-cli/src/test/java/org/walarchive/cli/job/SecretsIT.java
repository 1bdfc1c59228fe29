package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;

/** Every setting that is a secret has the same value here, and it must be nowhere to be seen, whatever goes wrong. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class SecretsIT {

    /** It is base64 and of 32 bytes, so that it will do for everything. */
    private static final String MARKER =
            Base64.getEncoder().encodeToString("marker-of-secrets-0123456789-abc".getBytes(StandardCharsets.US_ASCII));

    private static final int NOBODY = 1;

    private static HttpServer echo;
    private static final CountDownLatch END = new CountDownLatch(1);
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    private CliProcess cli;

    /** What is configured; {@code %d} stands for a port. */
    enum Settings {
        S3(Map.of(
                "WALE_S3_PREFIX", "s3://bucket/dir",
                "WALE_S3_ENDPOINT", "http+path://127.0.0.1:%d",
                "AWS_ACCESS_KEY_ID", "id",
                "AWS_SECRET_ACCESS_KEY", MARKER,
                "AWS_SESSION_TOKEN", MARKER)),
        S3_CUSTOMER_KEY(Map.of(
                "WALE_S3_PREFIX", "s3://bucket/dir",
                "WALE_S3_ENDPOINT", "https+path://127.0.0.1:%d",
                "AWS_ACCESS_KEY_ID", "id",
                "AWS_SECRET_ACCESS_KEY", MARKER,
                "WALARCHIVE_S3_SSE_C_KEY", MARKER)),
        AZURE_KEY(Map.of(
                "WALE_WABS_PREFIX", "wabs://container/dir",
                "WALARCHIVE_AZURE_ENDPOINT", "http://127.0.0.1:%d/account",
                "WABS_ACCOUNT_NAME", "account",
                "WABS_ACCESS_KEY", MARKER)),
        AZURE_SIGNATURE(Map.of(
                "WALE_WABS_PREFIX", "wabs://container/dir",
                "WALARCHIVE_AZURE_ENDPOINT", "http://127.0.0.1:%d/account",
                "WABS_ACCOUNT_NAME", "account",
                "WABS_SAS_TOKEN", "sv=2022-11-02&ss=b&srt=co&sp=rwdl&sig=" + MARKER.replace("=", "%3D"))),
        AZURE_APPLICATION(Map.of(
                "WALE_WABS_PREFIX", "wabs://container/dir",
                "WALARCHIVE_AZURE_ENDPOINT", "https://127.0.0.1:%d/account",
                "WABS_ACCOUNT_NAME", "account",
                "AZURE_AUTHORITY_HOST", "http://127.0.0.1:%d",
                "AZURE_TENANT_ID", "tenant",
                "AZURE_CLIENT_ID", "client",
                "AZURE_CLIENT_SECRET", MARKER)),
        GCS(Map.of("WALE_GS_PREFIX", "gs://bucket/dir", "WALARCHIVE_GCS_ENDPOINT", "http://127.0.0.1:%d")),
        SWIFT_1(Map.of(
                "WALE_SWIFT_PREFIX", "swift://container/dir",
                "SWIFT_AUTHURL", "http://127.0.0.1:%d/auth/v1.0",
                "SWIFT_AUTH_VERSION", "1",
                "SWIFT_USER", "test:user",
                "SWIFT_PASSWORD", MARKER)),
        SWIFT_3(Map.of(
                "WALE_SWIFT_PREFIX", "swift://container/dir",
                "SWIFT_AUTHURL", "http://127.0.0.1:%d/v3",
                "SWIFT_AUTH_VERSION", "3",
                "SWIFT_USER", "user",
                "SWIFT_TENANT", "tenant",
                "SWIFT_PASSWORD", MARKER)),
        SERVER(Map.of(
                "WALE_FILE_PREFIX", "file://localhost/tmp/never-made/archive",
                "PGHOST", "127.0.0.1",
                "PGPORT", "%d",
                "PGUSER", "user",
                "PGPASSWORD", MARKER)),
        PGP(Map.of(
                "WALE_FILE_PREFIX", "file://localhost/tmp/never-made/archive",
                "WALARCHIVE_PGP_PRIVATE_KEYS", "/tmp/never-made/key",
                "WALARCHIVE_PGP_PASSPHRASE", MARKER));

        private final Map<String, String> environment;

        Settings(Map<String, String> environment) {
            this.environment = environment;
        }

        Map<String, String> at(int port) {
            Map<String, String> at = new HashMap<>(common());
            environment.forEach((name, value) -> at.put(name, value.replace("%d", Integer.toString(port))));
            return at;
        }

        /** With something at the end of each secret that no secret may have, so that what reads it complains. */
        Map<String, String> spoilt(String end) {
            Map<String, String> spoilt = at(NOBODY);
            spoilt.replaceAll((name, value) -> value.contains(MARKER.substring(0, 8)) ? value + end : value);
            return spoilt;
        }
    }

    private static Map<String, String> common() {
        return Map.of(
                "WALARCHIVE_LOG_LEVEL", "debug",
                "WALARCHIVE_RETRY_DEADLINE", "0",
                "AWS_EC2_METADATA_DISABLED", "true");
    }

    /** A service, or what stands before it, that refuses with all it was sent. */
    @BeforeAll
    static void listen() throws IOException {
        echo = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        echo.createContext("/", SecretsIT::refuse);
        echo.createContext("/hang", exchange -> {
            try {
                END.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        echo.setExecutor(THREADS);
        echo.start();
    }

    private static void refuse(HttpExchange exchange) throws IOException {
        List<String> sent = new ArrayList<>();
        sent.add(exchange.getRequestURI().toString());
        exchange.getRequestHeaders().forEach((name, values) -> sent.add(name + ": " + values));
        sent.add(new String(exchange.getRequestBody().readNBytes(10_000), StandardCharsets.ISO_8859_1));
        // Messages are cut off: what must not be there comes first.
        sent.sort(Comparator.comparing(text -> !text.contains(MARKER.substring(0, 40))));
        String all = String.join(" ", sent).replace("&", "&amp;").replace("<", "&lt;");
        byte[] answer = ("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AccessDenied</Code><Message>" + all
                        + "</Message></Error>")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(403, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @AfterAll
    static void end() {
        END.countDown();
        echo.stop(0);
        THREADS.shutdownNow();
    }

    @BeforeEach
    void open() {
        cli = new CliProcess(Map.of("WALARCHIVE_LOG_LEVEL", "debug"));
    }

    @AfterEach
    void close() {
        cli.close();
    }

    private static int port() {
        return echo.getAddress().getPort();
    }

    private Path file(String name, String content) {
        try {
            Path file = Files.writeString(cli.path(name), content);
            OrdinaryUser.give(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command that fails, and looks at what it says. */
    private void requireSilence(Map<String, String> environment, String... command) {
        CliProcess.Outcome outcome = cli.run(environment, command);
        assertNotEquals(0, outcome.status(), () -> String.join(" ", command));
        requireNoSecret(outcome.output() + outcome.log());
    }

    /** By the command that needs the secret first. */
    private void requireSilence(Map<String, String> environment) {
        if (environment.containsKey("PGHOST")) {
            requireSilence(environment, "backup-push", cli.path("").toString());
        } else {
            requireSilence(environment, "backup-list");
        }
    }

    private static void requireNoSecret(String text) {
        for (String form : List.of(
                MARKER.substring(0, 40),
                new String(Base64.getDecoder().decode(MARKER), StandardCharsets.US_ASCII),
                HexFormat.of().formatHex(Base64.getDecoder().decode(MARKER)))) {
            assertTrue(!text.contains(form), () -> "a secret is told:\n" + text);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("no output has a secret when nobody is there")
    void unreachable(Settings settings) {
        requireSilence(settings.at(NOBODY));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("no output and no process' arguments have a secret when a service refuses and says what it was sent")
    void refused(Settings settings) throws IOException {
        Path log = cli.path("record");
        boolean recorded = SystemCalls.canBeRecorded();
        if (recorded) {
            cli.under(List.of("strace", "-f", "-s", "100000", "-qq", "-A", "-e", "trace=execve", "-o", log.toString()));
        }
        requireSilence(settings.at(port()));
        requireSilence(
                settings.at(port()),
                "wal-push",
                file("000000010000000000000001", "").toString());
        if (recorded) {
            String started = Files.readString(log);
            assertTrue(started.contains("org.walarchive.cli.Main"), started);
            requireNoSecret(started);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("no output has a secret that is malformed")
    void malformed(Settings settings) {
        requireSilence(settings.spoilt("\n"));
        requireSilence(settings.spoilt(" \u00e4"));
    }

    @Test
    @DisplayName("help has no secret")
    void help() {
        CliProcess.Outcome help =
                cli.run(Settings.S3.at(NOBODY), "backup-push", "--help").requireSuccess();
        requireNoSecret(help.output() + help.log());
    }

    @Test
    @DisplayName("no output has what is in a file of credentials")
    void files() {
        String tokens = "http://127.0.0.1:" + port() + "/token";
        Map<String, String> contents = Map.of(
                "malformed",
                "{\"type\": \"service_account\", \"private_key\": \"" + MARKER,
                "account",
                """
                {"type": "service_account", "client_email": "a@b.c", "client_id": "1", "private_key_id": "k",
                 "private_key": "-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n", "token_uri": "%s"}""".formatted(MARKER, tokens),
                "user",
                """
                {"type": "authorized_user", "client_id": "1", "client_secret": "%s", "refresh_token": "%s", "token_uri": "%s"}""".formatted(MARKER, MARKER, tokens));
        contents.forEach((name, content) -> {
            Map<String, String> environment = Settings.GCS.at(port());
            environment.put(
                    "GOOGLE_APPLICATION_CREDENTIALS", file(name, content).toString());
            requireSilence(environment);
        });
        Map<String, String> key = Settings.S3.at(port());
        key.put(
                "WALARCHIVE_S3_SSE_C_KEY_FILE",
                file("key", MARKER + "\n" + MARKER).toString());
        requireSilence(key);
        Map<String, String> passphrase = Settings.PGP.at(NOBODY);
        passphrase.remove("WALARCHIVE_PGP_PASSPHRASE");
        passphrase.put(
                "WALARCHIVE_PGP_PASSPHRASE_FILE", file("passphrase", MARKER).toString());
        requireSilence(passphrase);
        Map<String, String> server = Settings.SERVER.at(port());
        server.remove("PGPASSWORD");
        server.put("PGPASSFILE", file("pgpass", "*:*:*:*:" + MARKER).toString());
        requireSilence(server);
    }

    @Test
    @DisplayName("what a virtual machine leaves that crashes has no secret")
    void crash() throws IOException {
        Map<String, String> environment = Settings.S3.at(port());
        environment.put("WALE_S3_PREFIX", "s3://hang/dir");
        CliProcess.Running running = cli.start(environment, "backup-list");
        running.awaitLog("starting");
        Await.until("Java asks", Duration.ofSeconds(30), () -> java(running).isPresent());
        long pid = java(running).orElseThrow().pid();
        new ProcessBuilder("kill", "-SEGV", Long.toString(pid)).inheritIO().start();
        CliProcess.Outcome outcome = running.await();
        requireNoSecret(outcome.output() + outcome.log());
        List<Path> left = new ArrayList<>();
        try (Stream<Path> files = Files.list(cli.path(""))) {
            files.filter(file -> file.getFileName().toString().startsWith("hs_err"))
                    .forEach(left::add);
        }
        assertEquals(1, left.size(), outcome.log());
        requireNoSecret(Files.readString(left.get(0), StandardCharsets.ISO_8859_1));
    }

    private static java.util.Optional<ProcessHandle> java(CliProcess.Running running) {
        return Stream.concat(
                        Stream.of(running.process().toHandle()),
                        running.process().descendants())
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst();
    }
}
