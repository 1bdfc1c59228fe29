package org.walarchive.cli;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.tck.MemoryStoreProvider;

/** The distribution as it is built, with the Java that runs the tests. */
@Timeout(240)
final class DistributionIT {

    private static final Path SCRIPT =
            Path.of("target/walarchive/bin/walarchive").toAbsolutePath();

    @TempDir
    private Path directory;

    private record Run(int code, String out, String err) {}

    private Run run(Map<String, String> variables, String... arguments) throws IOException, InterruptedException {
        return run(SCRIPT.resolve("../..").normalize(), variables, arguments);
    }

    private Run run(Path home, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(List.of(home.resolve("bin/walarchive").toString()));
        words.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it hangs");
        return new Run(process.exitValue(), out, Files.readString(directory.resolve("err")));
    }

    @Test
    void version() throws IOException, InterruptedException {
        Run run = run(Map.of(), "version");
        assertEquals(0, run.code(), run.err());
        assertEquals(1, run.out().lines().count(), run.out());
        assertFalse(run.out().contains("$"), run.out());
        assertEquals("", run.err());
    }

    @ParameterizedTest
    @CsvSource({
        "wal-push x,2",
        "wal-fetch 000000010000000000000001 x,255",
        "wal-fetch,255",
        "wal-fetch -h,0",
        "backup-list,2",
        "wal-fetsch a b,127",
        "--terse,127",
        "delete everything,2",
    })
    void withoutAnArchive(String words, int code) throws IOException, InterruptedException {
        assertEquals(code, run(Map.of(), words.split(" ")).code());
    }

    @ParameterizedTest
    @CsvSource({"-XX:NoSuchFlag", "-version", "-Xmx1k", "-cp"})
    void aVirtualMachineThatDoesNotReachUs(String option) throws IOException, InterruptedException {
        Map<String, String> variables = Map.of("WALARCHIVE_JAVA_OPTS", option);
        assertEquals(1, run(variables, "wal-push", "x").code());
        assertEquals(
                255,
                run(variables, "wal-fetch", "000000010000000000000001", "x").code());
    }

    @Test
    void walEIsALinkThatAnswersAsWalE() throws IOException, InterruptedException {
        Path walE = SCRIPT.resolveSibling("wal-e");
        assertEquals(Path.of("walarchive"), Files.readSymbolicLink(walE));
        Path link = Files.createSymbolicLink(directory.resolve("wal-e"), walE);
        Process process = new ProcessBuilder(link.toString(), "version")
                .redirectError(directory.resolve("err").toFile())
                .start();
        assertEquals("1.1.1\n", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, process.waitFor());
        assertTrue(Files.readString(directory.resolve("err"))
                .startsWith("wal_e.main   INFO     MSG: this is walarchive "));
        Files.delete(link);
        assertEquals("walarchive", linksOfTheTarFile().get("walarchive/bin/wal-e"));
    }

    /** Names of links and what they lead to: the headers of the file, which has no long names. */
    private static Map<String, String> linksOfTheTarFile() throws IOException {
        Map<String, String> links = new HashMap<>();
        Path file = SCRIPT.resolve("../../../walarchive.tar.gz").normalize();
        try (DataInputStream tar =
                new DataInputStream(new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file), 65536)))) {
            byte[] header = new byte[512];
            for (tar.readFully(header); header[0] != 0; tar.readFully(header)) {
                if (header[156] == '2') {
                    links.put(field(header, 0, 100), field(header, 157, 100));
                }
                long size = Long.parseLong(field(header, 124, 12).strip(), 8);
                tar.skipNBytes((size + 511) / 512 * 512);
            }
        }
        return links;
    }

    private static String field(byte[] header, int begin, int length) {
        String text = new String(header, begin, length, StandardCharsets.US_ASCII);
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }

    private static final Path LIB = SCRIPT.resolveSibling("../lib").normalize();

    @Test
    void whatIsOpenedForAStoreIsAllThatItNeeds() throws IOException {
        TreeSet<String> listed = new TreeSet<>();
        for (String list : List.of("core", "azure", "file", "gcs", "s3", "swift")) {
            String jars = Files.readString(LIB.resolve("start/" + list + ".jars"));
            for (String jar : jars.strip().split(":")) {
                assertTrue(
                        jar.startsWith("lib/")
                                && Files.isRegularFile(LIB.resolve("..").resolve(jar)),
                        jar);
                listed.add(jar.substring("lib/".length()));
            }
            assertTrue(
                    Files.readString(LIB.resolve("start/" + list + ".provider")).startsWith("org.walarchive."));
        }
        TreeSet<String> there = new TreeSet<>();
        try (Stream<Path> jars = Files.list(LIB)) {
            jars.map(jar -> jar.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    // ours, named by the launcher, and annotations that nothing reads
                    .filter(name -> !name.matches("walarchive-(cli|core|store-[a-z0-9]+)-.*|jspecify-.*"))
                    .forEach(there::add);
        }
        assertEquals(
                there,
                listed.stream().filter(name -> !name.startsWith("jspecify")).collect(toCollection(TreeSet::new)));
    }

    /** A class that is missing would be a crash, exit code 1; a store that cannot be reached is 4. */
    @ParameterizedTest
    @CsvSource({
        "WALE_S3_PREFIX,s3://bucket/a,WALE_S3_ENDPOINT,http+path://127.0.0.1:1",
        "WALE_WABS_PREFIX,wabs://bucket/a,WALARCHIVE_AZURE_ENDPOINT,http://127.0.0.1:1/training",
        "WALE_GS_PREFIX,gs://bucket/a,STORAGE_EMULATOR_HOST,http://127.0.0.1:1",
        "WALE_SWIFT_PREFIX,swift://bucket/a,SWIFT_AUTHURL,http://127.0.0.1:1/auth/v1.0",
    })
    void eachStoreStartsWithItsOwnJars(String variable, String location, String where, String endpoint)
            throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>(Map.of(
                variable, location, where, endpoint, "WALARCHIVE_RETRY_DEADLINE", "0", "AWS_ACCESS_KEY_ID", "a"));
        variables.putAll(
                Map.of("AWS_SECRET_ACCESS_KEY", "a", "WABS_ACCOUNT_NAME", "training", "WABS_ACCESS_KEY", "YQ=="));
        variables.putAll(Map.of("SWIFT_AUTH_VERSION", "1", "SWIFT_USER", "a:a", "SWIFT_PASSWORD", "a"));
        Run run = run(variables, "backup-list");
        assertEquals(4, run.code(), run.err());
        variables.put("WALARCHIVE_JAVA_OPTS", "-verbose:class");
        List<String> opened = run(variables, "backup-list")
                .out()
                .lines()
                .filter(line -> line.contains("org.walarchive.store."))
                .toList();
        assertTrue(opened.stream().anyMatch(line -> line.contains("walarchive-store-")), opened.toString());
    }

    @Test
    void aStoreOfSomebodyElseIsFound() throws IOException, InterruptedException {
        Path home = home();
        Path ext = Files.createDirectories(home.resolve("lib/ext"));
        Path tck = Path.of(MemoryStoreProvider.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        Files.copy(tck, ext.resolve("tck.jar"));
        try (ZipOutputStream services = new ZipOutputStream(Files.newOutputStream(ext.resolve("services.jar")))) {
            services.putNextEntry(new ZipEntry("META-INF/services/" + BlobStoreProvider.class.getName()));
            services.write(MemoryStoreProvider.class.getName().getBytes(StandardCharsets.UTF_8));
        }
        Run run = run(home, Map.of("WALARCHIVE_PREFIX", "memory://bucket/a"), "backup-list");
        assertFalse(run.err().contains("no store for scheme"), run.err());
        assertEquals(0, run.code(), run.err());
    }

    @Test
    void optimizedStart() throws IOException, InterruptedException {
        Path home = home();
        Map<String, String> variables = new HashMap<>(Map.of("WALE_FILE_PREFIX", "file://" + directory + "/archive"));
        Run run = run(home, variables, "optimize");
        assertEquals(0, run.code(), run.err());
        Path archive = Path.of(run.out().strip());
        assertEquals(home.toRealPath().resolve("lib/cache"), archive.getParent());
        assertTrue(Files.isRegularFile(archive), archive.toString());
        assertEquals("shared objects file", sourceOfClasses(home, variables));

        Files.write(archive, new byte[0]);
        assertEquals(
                255, run(home, variables, "wal-fetch", "00000001.history", "x").code());
        Files.delete(archive);
        assertEquals("walarchive-core-", sourceOfClasses(home, variables));

        Files.delete(archive.getParent());
        Files.createFile(archive.getParent());
        variables.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        Path ofUser = Path.of(run(home, variables, "optimize").out().strip());
        assertTrue(ofUser.startsWith(directory.resolve("cache/walarchive")), ofUser.toString());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(ofUser.getParent())));
        assertEquals("shared objects file", sourceOfClasses(home, variables));
        if ((int) Files.getAttribute(ofUser, "unix:uid") == 0) { // only root can give files away
            Files.setAttribute(ofUser, "unix:uid", 65534);
            assertEquals("walarchive-core-", sourceOfClasses(home, variables));
        }
    }

    /** A Java that makes archives of classes by a word, but for one store, as 17 does over Azure's signed jars. */
    private Map<String, String> trainedJava(String failing, int ownClasses) throws IOException {
        Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
        Files.writeString(java.resolveSibling("../release").normalize(), "JAVA_VERSION=\"17.0.1\"\n");
        Files.writeString(java, """
                #!/bin/sh
                case $* in
                    *'Training %s '*) exit 134 ;;
                    *-Xshare:on*) exit %d ;;
                esac
                for word; do
                    case $word in
                        -XX:ArchiveClassesAtExit=*) echo >"${word#*=}" ;;
                    esac
                done
                """.formatted(failing, ownClasses));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Map.of("JAVA_HOME", java.resolve("../..").normalize().toString());
    }

    @Test
    void ofAllStoresOneMayRemainAsItIs() throws IOException, InterruptedException {
        Path home = home();
        Map<String, String> variables = new HashMap<>(trainedJava("azure", 0));
        Run all = run(home, variables, "optimize");
        assertEquals(0, all.code(), all.err());
        assertEquals(4, all.out().lines().count(), all.out());
        assertTrue(all.err().contains("for the store azure; starts stay slower"), all.err());
        variables.put("WALE_WABS_PREFIX", "wabs://container/a");
        assertEquals(1, run(home, variables, "optimize").code());
    }

    @Test
    void aJavaWithoutClassesOfItsOwnIsToldHowToMakeThem() throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>(trainedJava("file", 1));
        variables.put("WALE_FILE_PREFIX", "file://" + directory + "/archive");
        Run run = run(home(), variables, "optimize");
        assertEquals(1, run.code());
        assertTrue(run.err().contains("jdk/bin/java -Xshare:dump', and then this again"), run.err());
    }

    @Test
    void optimizeTakesNothingElse() throws IOException, InterruptedException {
        assertEquals(2, run(Map.of(), "optimize", "x").code());
        assertEquals(0, run(Map.of(), "optimize", "--help").code());
    }

    /** An installation of its own, of the same jars. */
    private Path home() throws IOException {
        Path home = directory.resolve("home");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(SCRIPT, home.resolve("bin/walarchive"));
        try (Stream<Path> files = Files.list(LIB)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!file.endsWith("cache") && !file.endsWith("start")) {
                    Files.copy(
                            file, home.resolve("lib").resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        Files.createDirectories(home.resolve("lib/start"));
        try (Stream<Path> files = Files.list(LIB.resolve("start"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, home.resolve("lib/start").resolve(file.getFileName()));
            }
        }
        return home;
    }

    /** Says where a class of the engine came from in a push that fails. */
    private String sourceOfClasses(Path home, Map<String, String> variables) throws IOException, InterruptedException {
        Map<String, String> logged = new HashMap<>(variables);
        logged.put("WALARCHIVE_JAVA_OPTS", "-verbose:class");
        String line = run(home, logged, "wal-push", "00000001.history")
                .out()
                .lines()
                .filter(text -> text.contains(" org.walarchive.core.StoreBackedArchive "))
                .findFirst()
                .orElse("");
        return line.contains("shared objects file")
                ? "shared objects file"
                : line.contains("walarchive-core-") ? "walarchive-core-" : line;
    }
}
