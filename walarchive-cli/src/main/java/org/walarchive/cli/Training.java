package org.walarchive.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Archives and fetches a made-up segment, so that a virtual machine that is told to remember what it loads remembers what these two need:
 * {@code walarchive optimize} starts it. A store that is a service is played by {@link TrainingService}; how far the store comes with it does not
 * matter, since what it had to load by then is remembered all the same.
 */
public final class Training {

    private static final String NAME = "00000001000000000000000";
    private static final int SEGMENT_BYTES = 1 << 20;

    /** Beside the method that nobody has to ask for. */
    private static final List<String> METHODS = List.of("lz4", "zstd");

    private Training() {}

    /**
     * Runs the training.
     *
     * @param arguments the store: {@code file}, {@code s3}, {@code azure}, {@code gcs} or {@code swift}; and an empty directory
     * @throws IOException if the directory cannot be used
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[1]).toAbsolutePath();
        ArchiveOpener opener =
                NamedServices.opener(System.getProperty("walarchive.engine"), System.getProperty("walarchive.store"));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        ExitSignals signals = ExitSignals.of(Map.of(), "76", "77");
        try (TrainingService service = TrainingService.start()) {
            Map<String, String> environment = environment(arguments[0], directory, service.port());
            Main main = new Main(environment, nowhere, nowhere, opener, signals);
            int pushed = main.exitNumber("wal-push", segment(directory, 1));
            main.exitNumber("wal-push", segment(directory, 2)); // now the archive has been pushed to before
            main.exitNumber("wal-push", segment(directory, 2));
            for (String method : METHODS) {
                Map<String, String> other = new HashMap<>(environment);
                other.put("WALARCHIVE_COMPRESSION", method);
                new Main(other, nowhere, nowhere, opener, signals)
                        .exitNumber("wal-push", segment(directory, 4 + METHODS.indexOf(method)));
            }
            main.exitNumber(
                    "wal-fetch", NAME + 2, directory.resolve("RECOVERYXLOG").toString());
            main.exitNumber(
                    "wal-fetch", NAME + 3, directory.resolve("RECOVERYXLOG").toString());
            System.out.println("wal-push ended with " + pushed);
        }
    }

    /** The first page of a segment has a header, see {@code xlog_internal.h}; the rest is not looked at. */
    private static String segment(Path directory, int number) throws IOException {
        byte[] bytes = new byte[SEGMENT_BYTES];
        new Random(1).nextBytes(bytes);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0xD118)
                .putShort((short) 2) // a long header
                .putInt(1) // timeline
                .putLong((long) number * SEGMENT_BYTES) // position
                .putInt(0)
                .putInt(0)
                .putLong(1) // system identifier
                .putInt(SEGMENT_BYTES)
                .putInt(8192);
        return Files.write(directory.resolve(NAME + number), bytes).toString();
    }

    private static Map<String, String> environment(String store, Path directory, int port) {
        String host = "127.0.0.1:" + port;
        Map<String, String> environment = new HashMap<>(System.getenv()); // asked for, so that it is remembered too
        environment.clear();
        environment.putAll(
                switch (store) {
                    case "file" -> Map.of("WALE_FILE_PREFIX", "file://localhost" + directory.resolve("archive"));
                    case "s3" ->
                        Map.of(
                                "WALE_S3_PREFIX", "s3://training/archive",
                                "WALE_S3_ENDPOINT", "http+path://" + host,
                                "AWS_ACCESS_KEY_ID", "training",
                                "AWS_SECRET_ACCESS_KEY", "training");
                    case "azure" ->
                        Map.of(
                                "WALE_WABS_PREFIX", "wabs://training/archive",
                                "WALARCHIVE_AZURE_ENDPOINT", "http://" + host + "/training",
                                "WABS_ACCOUNT_NAME", "training",
                                "WABS_ACCESS_KEY", "dHJhaW5pbmc=");
                    case "gcs" ->
                        Map.of("WALE_GS_PREFIX", "gs://training/archive", "STORAGE_EMULATOR_HOST", "http://" + host);
                    case "swift" ->
                        Map.of(
                                "WALE_SWIFT_PREFIX", "swift://training/archive",
                                "SWIFT_AUTHURL", "http://" + host + "/auth/v1.0",
                                "SWIFT_AUTH_VERSION", "1",
                                "SWIFT_USER", "training:training",
                                "SWIFT_PASSWORD", "training");
                    default -> throw new IllegalArgumentException("there is no store \"" + store + "\"");
                });
        environment.put("WALARCHIVE_RETRY_DEADLINE", "0");
        return environment;
    }
}
