package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.cli.embedding.Isolation;
import org.walarchive.cli.embedding.Program;
import org.walarchive.cli.job.MadeSegment;

/** The built jars inside of other programs: on the class path, on the module path, and in class loaders as frameworks make them. */
@Timeout(240)
final class EmbeddingIT {

    private static final Path HOME = Path.of("target/walarchive").toAbsolutePath();
    private static final Path CLASSES = Path.of("target/test-classes").toAbsolutePath();
    private static final String PROGRAM = Program.class.getName();

    /** What the pom copies: other versions of libraries, and the class loader of Spring Boot. */
    private static final Path OTHERS = Path.of("target/embedding").toAbsolutePath();

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();

    private Path javaHome = Path.of(System.getProperty("java.home"));

    @BeforeEach
    void makeSegment() throws IOException {
        environment.put("WALARCHIVE_PREFIX", "file://localhost" + directory.resolve("archive"));
        environment.put("WALARCHIVE_COMPRESSION", "zstd"); // whose library is native
        environment.put(
                "SEGMENT",
                MadeSegment.write(Files.createDirectory(directory.resolve("pg_wal")), 1)
                        .toString());
        environment.put("TARGET", directory.resolve("fetched").toString());
    }

    /** The jars of one artefact and of all that it needs to run. */
    private static List<Path> jars(String... artefacts) throws IOException {
        Set<Path> jars = new LinkedHashSet<>();
        for (String artefact : artefacts) {
            String paths = Files.readString(Path.of("..", artefact, "target/class-path.txt"));
            Stream.of(paths.strip().split(":")).map(HOME::resolve).forEach(jars::add);
            jars.add(own(artefact));
        }
        return List.copyOf(jars);
    }

    private static Path own(String artefact) throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("lib"))) {
            return files.filter(file -> file.getFileName().toString().matches(artefact + "-[0-9].*\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static List<Path> files(Path directory, String pattern) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(pattern))
                    .toList();
        }
    }

    private static String path(List<Path> entries) {
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static String path(List<Path> entries, Path last) {
        return path(entries) + File.pathSeparator + last;
    }

    /** Runs Java, and returns what it printed last. */
    private String java(String... arguments) throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile());
        builder.environment().keySet().retainAll(Set.of("PATH"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(100, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        String out = Files.readString(directory.resolve("out"));
        assertEquals(0, process.waitFor(), out);
        return out;
    }

    private static void assertArchived(String out) {
        assertTrue(out.contains("push=ARCHIVED"), out);
        assertTrue(out.contains("fetch=FETCHED"), out);
        assertTrue(out.contains("same=true"), out);
        assertTrue(out.contains("backups=0"), out);
    }

    @Test
    void onTheClassPath() throws IOException, InterruptedException {
        String out = java("-cp", path(jars("walarchive-core", "walarchive-store-file"), CLASSES), PROGRAM);
        assertArchived(out);
        assertTrue(out.contains("module=null"), out);
    }

    /** A program that is a module, and requires nothing but the api: engine and store are bound as services. */
    @Test
    void onTheModulePath() throws IOException, InterruptedException {
        Path descriptor = Files.writeString(
                directory.resolve("module-info.java"), "module embedder { requires org.walarchive.api; }");
        Path source = Path.of("src/test/java", PROGRAM.replace('.', '/') + ".java");
        Path compiled = directory.resolve("embedder");
        Path jspecify = Path.of(NullMarked.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        compiled.toString(),
                        "-p",
                        path(List.of(own("walarchive-api")), jspecify),
                        descriptor.toString(),
                        source.toString());
        assertEquals(0, failed);
        String out = java(
                "-p", path(jars("walarchive-core", "walarchive-store-file"), compiled), "-m", "embedder/" + PROGRAM);
        assertArchived(out);
        assertTrue(out.contains("module=org.walarchive.core"), out);
    }

    /** A release between the baseline and the newest, of which the build has no JDK: a run-time image is enough. */
    @EnabledIfEnvironmentVariable(
            named = "WALARCHIVE_TEST_JAVA_21",
            matches = ".+",
            disabledReason = "needs a Java 21 in WALARCHIVE_TEST_JAVA_21")
    @DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
    @Test
    void onJava21() throws IOException, InterruptedException {
        javaHome = Path.of(System.getenv("WALARCHIVE_TEST_JAVA_21"));
        assertTrue(Files.readString(javaHome.resolve("release")).contains("JAVA_VERSION=\"21"));
        onTheClassPath();
        Files.delete(Path.of(environment.get("TARGET")));
        environment.put("WALARCHIVE_PREFIX", "file://localhost" + directory.resolve("another"));
        onTheModulePath();
    }

    /** Each store finds its libraries as modules, too: it fails as there is no service, and no earlier. */
    @DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
    @ParameterizedTest
    @ValueSource(strings = {"s3", "azure", "gcs", "swift"})
    void storesResolveOnTheModulePath(String store) throws IOException, InterruptedException {
        String out = java(
                "-p",
                path(jars("walarchive-core", "walarchive-store-" + store)),
                "--add-modules",
                "org.walarchive.core,org.walarchive.store." + store,
                "--dry-run",
                "-cp",
                CLASSES.toString(),
                PROGRAM);
        assertEquals("", out);
    }

    @DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
    @Test
    void inAnExecutableJarOfSpringBoot() throws IOException, InterruptedException {
        Path jar = directory.resolve("application.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(JarFile.MANIFEST_NAME));
            PrintWriter manifest = new PrintWriter(out, false, StandardCharsets.UTF_8);
            manifest.print("Manifest-Version: 1.0\r\n");
            manifest.print("Main-Class: org.springframework.boot.loader.launch.JarLauncher\r\n");
            manifest.print("Start-Class: " + PROGRAM + "\r\n");
            manifest.print("Spring-Boot-Classes: BOOT-INF/classes/\r\n");
            manifest.print("Spring-Boot-Lib: BOOT-INF/lib/\r\n\r\n");
            manifest.flush();
            try (JarFile loader =
                    new JarFile(files(OTHERS, "spring-boot-loader-.*").get(0).toFile())) {
                for (JarEntry entry : loader.stream()
                        .filter(e -> e.getName().matches("(org|META-INF/services)/.+[^/]"))
                        .toList()) {
                    put(out, entry.getName(), loader.getInputStream(entry).readAllBytes());
                }
            }
            out.putNextEntry(new JarEntry("BOOT-INF/"));
            out.putNextEntry(new JarEntry("BOOT-INF/classes/"));
            out.putNextEntry(new JarEntry("BOOT-INF/lib/"));
            String program = PROGRAM.replace('.', '/') + ".class";
            put(out, "BOOT-INF/classes/" + program, Files.readAllBytes(CLASSES.resolve(program)));
            for (Path library : jars("walarchive-core", "walarchive-store-file")) {
                put(out, "BOOT-INF/lib/" + library.getFileName(), Files.readAllBytes(library));
            }
        }
        assertArchived(java("-jar", jar.toString()));
    }

    /** Not compressed, as libraries have to be there. */
    private static void put(JarOutputStream out, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new JarEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        out.putNextEntry(entry);
        ((OutputStream) out).write(content);
    }

    private String isolated(List<Path> shared, List<Path> own, String context)
            throws IOException, InterruptedException {
        environment.put("SHARED", path(shared));
        environment.put("OWN", path(own, CLASSES) + File.separator);
        environment.put("CONTEXT", context);
        // what is softly reachable goes as well
        return java("-XX:SoftRefLRUPolicyMSPerMB=0", "-Xmx128m", "-cp", CLASSES.toString(), Isolation.class.getName());
    }

    /** As in an application server that has other versions of the same libraries. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "own", "shared"})
    void besideOtherVersions(String context) throws IOException, InterruptedException {
        List<Path> others = files(OTHERS, "(slf4j|jackson)-.*");
        assertEquals(4, others.size());
        String out = isolated(others, jars("walarchive-core", "walarchive-store-file"), context);
        assertArchived(out);
        assertTrue(out.contains("collected=true"), out);
    }

    /** As where what is the same for all is in a class loader above those that are made anew: Quarkus in its development mode. */
    @ParameterizedTest
    @ValueSource(strings = {"own", "none"})
    void withTheApiInAClassLoaderAbove(String context) throws IOException, InterruptedException {
        List<Path> shared = List.of(own("walarchive-api"));
        List<Path> own = new ArrayList<>(jars("walarchive-core", "walarchive-store-file"));
        own.removeAll(shared);
        String out = isolated(shared, own, context);
        if (context.equals("own")) {
            assertArchived(out);
        } else {
            assertTrue(out.contains("no engine found") && out.contains("Add org.walarchive:walarchive-core"), out);
        }
        assertTrue(out.contains("collected=true"), out);
    }

    @DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
    @Test
    void leavesNothingOfTheStoreForS3() throws IOException, InterruptedException {
        try (TrainingService service = TrainingService.start()) {
            environment.put("WALARCHIVE_PREFIX", "s3://training/archive");
            environment.put("WALE_S3_ENDPOINT", "http+path://127.0.0.1:" + service.port());
            environment.put("AWS_REGION", "us-east-1");
            environment.put("AWS_ACCESS_KEY_ID", "training");
            environment.put("AWS_SECRET_ACCESS_KEY", "training");
            String out = isolated(List.of(), jars("walarchive-core", "walarchive-store-s3"), "none");
            assertArchived(out);
            assertTrue(out.contains("collected=true"), out);
        }
    }
}
