package org.walarchive.store.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreLocation;

/** The file store between processes, one of which may be killed. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class FileStoreIT {

    private static final int SIZE = 200_000;

    private @TempDir Path directory;
    private Path root;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectory(directory.resolve("archive"));
    }

    @AfterEach
    void endProcesses() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process process(String key, PutMode mode, int content, String death) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PutProcess.class.getName(),
                root.toString(),
                key,
                mode.name(),
                Integer.toString(content),
                Integer.toString(SIZE + content),
                death);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void begin(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    private BlobStore store(Clock clock) {
        FileTree tree = new FileTree(StoreLocation.parse("file://localhost" + root));
        return new FileBlobStore(tree, new Staging(tree, clock, Files::createLink), 100);
    }

    private static byte[] read(BlobStore store, String key) throws IOException {
        try (BlobContent content = store.get(key)) {
            return content.stream().readAllBytes();
        }
    }

    private static List<String> keys(BlobStore store) throws StoreException {
        return store.list("", ListDepth.ALL, null).blobs().stream()
                .map(BlobInfo::key)
                .toList();
    }

    private long temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(".walarchive-tmp"))) {
            return files.count();
        }
    }

    @ParameterizedTest(name = "{0}, killed after {1} bytes")
    @DisplayName("a put that is killed half-way leaves nothing visible, the next one works, and the litter goes later")
    @CsvSource({"OVERWRITE, 0", "OVERWRITE, 100000", "IF_ABSENT, 150000", "IF_ABSENT, 200001"})
    void killedPut(PutMode mode, String death) throws Exception {
        Process killed = process("wal_005/x", mode, 1, death);
        begin(killed);
        assertEquals(PutProcess.DIED, killed.waitFor());
        try (BlobStore store = store(Clock.systemUTC())) {
            assertEquals(List.of(), keys(store));
            assertEquals(
                    StoreException.Kind.NOT_FOUND,
                    assertThrows(StoreException.class, () -> store.get("wal_005/x"))
                            .kind());
            assertEquals(1, temporaryFiles());
            assertEquals(PutResult.WRITTEN, store.put("wal_005/x", BlobSource.of(new byte[3]), PutMode.IF_ABSENT));
            assertArrayEquals(new byte[3], read(store, "wal_005/x"));
        }
        assertSwept();
    }

    private void assertSwept() throws IOException {
        Clock later = Clock.fixed(Instant.now().plus(Staging.LITTER_AGE.plusMinutes(1)), ZoneOffset.UTC);
        try (BlobStore store = store(later)) {
            store.put("wal_005/y", BlobSource.of(new byte[3]), PutMode.IF_ABSENT);
        }
        assertEquals(0, temporaryFiles());
    }

    @Test
    @DisplayName("a put that is killed after the blob has its name leaves the whole blob")
    void killedAfterLink() throws Exception {
        Process killed = process("wal_005/x", PutMode.IF_ABSENT, 1, "linked");
        begin(killed);
        assertEquals(PutProcess.DIED, killed.waitFor());
        byte[] expected = new byte[SIZE + 1];
        Arrays.fill(expected, (byte) 1);
        try (BlobStore store = store(Clock.systemUTC())) {
            assertArrayEquals(expected, read(store, "wal_005/x"));
            assertEquals(
                    PutResult.ALREADY_PRESENT, store.put("wal_005/x", BlobSource.of(new byte[3]), PutMode.IF_ABSENT));
            assertSwept();
            assertArrayEquals(expected, read(store, "wal_005/x"));
        }
    }

    @Test
    @DisplayName("of four processes that put IF_ABSENT at the same moment one wins, and the blob is its own, whole")
    void race() throws Exception {
        for (int round = 0; round < 2; round++) {
            String key = "wal_005/" + round;
            List<Process> writers = new ArrayList<>();
            List<BufferedReader> outputs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                writers.add(process(key, PutMode.IF_ABSENT, i, "never"));
                outputs.add(output(writers.get(i)));
            }
            for (BufferedReader output : outputs) {
                assertEquals("ready", output.readLine());
            }
            for (Process writer : writers) {
                begin(writer);
            }
            List<String> results = new ArrayList<>();
            for (BufferedReader output : outputs) {
                results.add(output.readLine());
            }
            assertEquals(1, results.stream().filter("WRITTEN"::equals).count(), results::toString);
            assertEquals(3, results.stream().filter("ALREADY_PRESENT"::equals).count(), results::toString);
            byte[] content = read(store(Clock.systemUTC()), key);
            byte[] expected = new byte[SIZE + content[0]];
            Arrays.fill(expected, content[0]);
            assertArrayEquals(expected, content);
            assertEquals("WRITTEN", results.get(content[0]));
        }
        assertEquals(0, temporaryFiles());
    }

    @Test
    @DisplayName("the temporary file of a process that is alive is not swept, however old it is")
    void liveProcessKeepsItsFile() throws Exception {
        Process writer = process("wal_005/x", PutMode.IF_ABSENT, 1, "waiting");
        BufferedReader output = output(writer);
        assertEquals("ready", output.readLine());
        begin(writer);
        assertEquals("waiting", output.readLine());
        Clock later = Clock.fixed(Instant.now().plus(Staging.LITTER_AGE.multipliedBy(2)), ZoneOffset.UTC);
        try (BlobStore store = store(later)) {
            store.put("wal_005/y", BlobSource.of(new byte[3]), PutMode.IF_ABSENT);
        }
        assertEquals(1, temporaryFiles());
        begin(writer);
        assertEquals("WRITTEN", output.readLine());
        assertEquals(SIZE + 1, read(store(later), "wal_005/x").length);
    }
}
