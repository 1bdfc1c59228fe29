package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code bin/walarchive} in each shell there is, with a {@code java} that does what the test says. */
@Timeout(240)
final class LauncherIT {

    private static final Path SCRIPT = Path.of("src/main/launcher/walarchive").toAbsolutePath();
    private static final String SEGMENT = "000000010000000000000001";
    private static final String[] PUSH = {"wal-push", "pg_wal/" + SEGMENT};
    private static final String[] FETCH = {"wal-fetch", SEGMENT, "pg_wal/RECOVERYXLOG"};

    /** Waits until it is told to end, and then exits with a code. */
    private static final String BUSY = """
            trap 'kill $!; echo told; exit %d' TERM
            tail -f /dev/null >/dev/null 2>&1 &
            echo ready
            wait
            """;

    @TempDir
    private Path directory;

    private Path java;
    private final List<String> environment = new ArrayList<>();

    private record Run(int code, String out, String err) {}

    /** Each shell as the words to start it with. {@code WALARCHIVE_TEST_BUSYBOX} may name a busybox that is not on PATH. */
    static Stream<List<String>> shells() {
        String busybox = System.getenv().getOrDefault("WALARCHIVE_TEST_BUSYBOX", "/bin/busybox");
        return Stream.of(List.of("/bin/sh"), List.of("/bin/dash"), List.of("/bin/bash"), List.of(busybox, "sh"))
                .filter(words -> Files.isExecutable(Path.of(words.get(0))));
    }

    @BeforeEach
    void install() throws IOException {
        Path home = Files.createDirectories(directory.resolve("the home"));
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(SCRIPT, home.resolve("bin/walarchive"));
        for (String jar : List.of("walarchive-cli.jar", "a.jar", "B.jar")) {
            Files.createFile(home.resolve("lib").resolve(jar));
        }
        java = Files.createDirectories(directory.resolve("path")).resolve("java");
        environment.add("PATH=" + java.getParent() + ":/usr/bin:/bin");
    }

    private void writeJava(String version, String body) throws IOException {
        Files.writeString(java, """
                #!/bin/sh
                if [ "$1" = -version ]; then
                    echo 'openjdk version "%s" 2025-01-01' >&2
                    exit 0
                fi
                %s
                """.formatted(version, body));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Process start(List<String> shell, Path script, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("/usr/bin/env", "-i"));
        words.addAll(environment);
        words.addAll(shell);
        words.add(script.toString());
        words.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    private Run finish(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the launcher hangs");
        return new Run(process.exitValue(), out, Files.readString(directory.resolve("err")));
    }

    private Run run(List<String> shell, String... arguments) throws IOException, InterruptedException {
        return finish(start(shell, directory.resolve("the home/bin/walarchive"), arguments));
    }

    private void assertCodes(List<String> shell, int push, int fetch, int other)
            throws IOException, InterruptedException {
        assertEquals(push, run(shell, PUSH).code(), "wal-push");
        assertEquals(fetch, run(shell, FETCH).code(), "wal-fetch");
        assertEquals(other, run(shell, "backup-list").code(), "backup-list");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void everyExitCodeOfJava(List<String> shell) throws IOException, InterruptedException {
        Map<Integer, int[]> table = Map.ofEntries(
                Map.entry(76, new int[] {0, 0}),
                Map.entry(77, new int[] {77, 1}),
                Map.entry(0, new int[] {1, 255}),
                Map.entry(1, new int[] {1, 255}),
                Map.entry(2, new int[] {2, 255}),
                Map.entry(3, new int[] {3, 255}),
                Map.entry(10, new int[] {10, 255}),
                Map.entry(74, new int[] {74, 255}),
                Map.entry(125, new int[] {125, 255}),
                Map.entry(126, new int[] {100, 255}),
                Map.entry(127, new int[] {100, 255}),
                Map.entry(128, new int[] {100, 255}),
                Map.entry(130, new int[] {100, 255}),
                Map.entry(134, new int[] {100, 255}),
                Map.entry(137, new int[] {100, 255}),
                Map.entry(143, new int[] {100, 143}),
                Map.entry(255, new int[] {100, 255}));
        for (Map.Entry<Integer, int[]> row : table.entrySet()) {
            writeJava("17.0.1", "exit " + row.getKey());
            assertCodes(shell, row.getValue()[0], row.getValue()[1], row.getKey());
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aJavaThatIsKilled(List<String> shell) throws IOException, InterruptedException {
        for (Map.Entry<String, Integer> row :
                Map.of("KILL", 255, "ABRT", 255, "SEGV", 255, "TERM", 143).entrySet()) {
            writeJava("17", "kill -s " + row.getKey() + " $$");
            assertEquals(100, run(shell, PUSH).code(), row.getKey());
            assertEquals(row.getValue(), run(shell, FETCH).code(), row.getKey());
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void noJava(List<String> shell) throws IOException, InterruptedException {
        // This machine may have a java in /usr/bin, and the script needs nothing from there on this way.
        environment.set(0, "PATH=" + java.getParent());
        assertCodes(shell, 1, 255, 2);
        assertEquals(127, run(shell, "wal-fetsch", "x").code());
        assertTrue(run(shell, PUSH).err().contains("walarchive: no java found: set JAVA_HOME"));
        environment.add("JAVA_HOME=/nowhere");
        assertCodes(shell, 1, 255, 2);
        assertTrue(run(shell, FETCH).err().contains("walarchive: JAVA_HOME is /nowhere"));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aJavaThatCannotBeUsed(List<String> shell) throws IOException, InterruptedException {
        for (String version : List.of("1.8.0_402", "11.0.2", "16", "unknown")) {
            writeJava(version, "exit 76");
            assertCodes(shell, 1, 255, 2);
            assertTrue(run(shell, PUSH).err().startsWith("walarchive: "), version);
        }
        Files.writeString(java, "#!/bin/sh\nexit 1\n");
        assertCodes(shell, 1, 255, 2);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theVersionIsReadFromTheReleaseFile(List<String> shell) throws IOException, InterruptedException {
        Path jdk = Files.createDirectories(directory.resolve("jdk/bin")).getParent();
        writeJava("1.0", "echo \"$@\"");
        Files.copy(java, jdk.resolve("bin/java"));
        Files.delete(java);
        Files.createSymbolicLink(java, Path.of("../jdk/bin/java"));
        Files.writeString(
                jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"17.0.15\"\nJAVA_VERSION_DATE=\"1\"\n");
        String on17 = run(shell, "version").out();
        assertFalse(on17.contains("--sun-misc") || on17.contains("--enable-native-access"), on17);
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"24\"\n");
        String on24 = run(shell, "version").out();
        assertTrue(on24.contains("--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"), on24);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theJavaOfTheInstallationComesFirst(List<String> shell) throws IOException, InterruptedException {
        Path own =
                Files.createDirectories(directory.resolve("the home/jre/bin")).getParent();
        writeJava("17.0.1", "echo own");
        Files.move(java, own.resolve("bin/java"));
        Files.writeString(own.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        writeJava("1.8.0_402", "echo other");
        environment.add("JAVA_HOME=/nowhere");
        assertEquals("own\n", run(shell, "version").out());
        Files.delete(own.resolve("bin/java"));
        assertCodes(shell, 1, 255, 2);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void argumentsArriveAsTheyAre(List<String> shell) throws IOException, InterruptedException {
        writeJava("21.0.2", "for word in \"$@\"; do echo \"<$word>\"; done; exit 76");
        String home = directory.toRealPath().resolve("the home/lib").toString();
        String jars = home + "/B.jar:" + home + "/a.jar:" + home + "/walarchive-cli.jar";
        String tail = "<-cp>\n<" + jars + ">\n<org.walarchive.cli.Main>\n";
        environment.add("WALARCHIVE_JAVA_OPTS=-Xmx9m -Da=*");
        environment.add("LC_ALL=en_US.UTF-8");
        String push = run(shell, "--prefix", "file:///a b", "wal-push", "a  b", "*", "")
                .out();
        assertTrue(push.endsWith(tail + "<--prefix>\n<file:///a b>\n<wal-push>\n<a  b>\n<*>\n<>\n"), push);
        assertTrue(
                push.startsWith("<-XX:+UseSerialGC>\n<-XX:TieredStopAtLevel=1>\n<-XX:-UsePerfData>\n<-Xlog:disable>\n"
                        + "<-Xmx9m>\n<-Da=*>\n<-Dwalarchive.exit.success=76>\n<-Dwalarchive.exit.absent=77>\n"),
                push);
        String backup = run(shell, "backup-push", "/d").out();
        assertTrue(
                backup.startsWith("<-Xmx256m>\n<-XX:+UseSerialGC>\n<-XX:-UsePerfData>\n<-Xmx9m>\n<-Da=*>\n"), backup);
        assertTrue(backup.endsWith(tail + "<backup-push>\n</d>\n"), backup);
        for (String command : List.of("agent", "wal-prefetch")) {
            String words = run(shell, command, "/d").out();
            assertTrue(words.startsWith("<-Xmx256m>\n<-XX:+ExitOnOutOfMemoryError>\n"), words);
        }
    }

    /** Java itself knows /tmp alone. */
    @ParameterizedTest
    @MethodSource("shells")
    void checksAndDrillsAreMadeWhereTheUserSays(List<String> shell) throws IOException, InterruptedException {
        writeJava("21.0.2", "for word in \"$@\"; do echo \"<$word>\"; done; exit 76");
        assertFalse(run(shell, "check").out().contains("tmpdir"));
        environment.add("TMPDIR=/srv/a b");
        for (String command : List.of("check", "drill")) {
            String words = run(shell, command).out();
            assertTrue(words.contains("<-Djava.io.tmpdir=/srv/a b>\n"), words);
        }
        assertFalse(run(shell, "wal-push", "/x").out().contains("tmpdir"));
        environment.add("WALARCHIVE_JAVA_OPTS=-Djava.io.tmpdir=/own");
        assertFalse(run(shell, "drill").out().contains("/srv/a b"));
    }

    /** Java starts with none of two collectors. */
    @ParameterizedTest
    @ValueSource(strings = {"WALARCHIVE_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
    void theCollectorIsTheUsersWhereThereIsOne(String variable) throws IOException, InterruptedException {
        writeJava("21.0.2", "for word in \"$@\"; do echo \"<$word>\"; done; exit 76");
        environment.add(variable + "=-Xss1m -XX:+UseParallelGC");
        for (String command : List.of("wal-push /x", "backup-push /d", "agent /d", "verify")) {
            String words = run(List.of("/bin/sh"), command.split(" ")).out();
            assertFalse(words.contains("UseSerialGC"), words);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theSubcommandIsFoundBehindGlobalOptions(List<String> shell) throws IOException, InterruptedException {
        writeJava("17.0.1", "exit 3");
        for (String options : List.of(
                "--terse",
                "-k wal-push",
                "-kKEY --terse",
                "-a backup-list --prefix=x",
                "--file-pre wal-push",
                "--s3=version",
                "--w wal-push",
                "--aws-access wal-push --aws-inst",
                "--gpg K --compression zstd",
                "--bogus",
                "--bogus value",
                "--bogus value --terse",
                "--",
                "nonsense")) {
            String[] words = (options + " " + String.join(" ", FETCH)).split(" ");
            assertEquals(255, run(shell, words).code(), options);
        }
        writeJava("17.0.1", "exit 130");
        assertEquals(
                100,
                run(shell, "--terse", "--file-prefix", "wal-fetch", "wal-push", "x")
                        .code());
        assertEquals(100, run(shell, "--bogus", "wal-push", "x").code());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void failuresOfWalFetchExitAsTheOperatorChose(List<String> shell) throws IOException, InterruptedException {
        writeJava("17.0.1", "exit 5");
        for (Map.Entry<String, Integer> row : Map.of(
                        "1", 1, "74", 74, "255", 255, "0", 255, "256", 255, "x", 255, "-1", 255, "1000", 255, "", 255)
                .entrySet()) {
            environment.add("WALARCHIVE_FETCH_FAILURE_EXIT=" + row.getKey());
            Run run = run(shell, FETCH);
            assertEquals(row.getValue(), run.code(), row.getKey());
            boolean bad = row.getValue() == 255
                    && !row.getKey().equals("255")
                    && !row.getKey().isEmpty();
            assertEquals(bad, run.err().contains("WALARCHIVE_FETCH_FAILURE_EXIT is not a number"), run.err());
            environment.remove(environment.size() - 1);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void signalsReachJavaAndItsAnswerIsAwaited(List<String> shell) throws IOException, InterruptedException {
        // Not QUIT: a Java virtual machine blocks it, and its children inherit that.
        writeJava("17.0.1", BUSY.formatted(143));
        for (String signal : deliverable("TERM", "INT", "HUP")) {
            assertEquals(100, signalled(shell, signal, PUSH), signal);
            assertEquals(signal.equals("TERM") ? 143 : 255, signalled(shell, signal, FETCH), signal);
        }
    }

    /** No shell can trap what was ignored when it began, as INT is in the background and HUP is under nohup. */
    private static List<String> deliverable(String... signals) throws IOException {
        long ignored = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                ignored = Long.parseUnsignedLong(
                        line.substring("SigIgn:".length()).strip(), 16);
            }
        }
        Map<String, Integer> numbers = Map.of("HUP", 1, "INT", 2, "TERM", 15);
        List<String> deliverable = new ArrayList<>();
        for (String signal : signals) {
            if ((ignored >>> numbers.get(signal) - 1 & 1) == 0) {
                deliverable.add(signal);
            }
        }
        assertTrue(deliverable.contains("TERM"));
        return deliverable;
    }

    private int signalled(List<String> shell, String signal, String... arguments)
            throws IOException, InterruptedException {
        Process process = start(shell, directory.resolve("the home/bin/walarchive"), arguments);
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertEquals("ready", out.readLine());
        assertEquals(
                0,
                new ProcessBuilder("/bin/kill", "-s", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor());
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            fail("the launcher hangs after " + signal);
        }
        assertEquals("told", out.readLine());
        return process.exitValue();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void workThatIsFinishedInSpiteOfASignalIsDone(List<String> shell) throws IOException, InterruptedException {
        writeJava("17.0.1", BUSY.formatted(76));
        for (String signal : deliverable("TERM", "INT")) {
            assertEquals(0, signalled(shell, signal, PUSH));
            assertEquals(0, signalled(shell, signal, FETCH));
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theHomeIsFoundThroughLinks(List<String> shell) throws IOException, InterruptedException {
        writeJava("17.0.1", "echo \"$@\"; exit 76");
        Path absolute = directory.resolve("absolute link");
        Files.createSymbolicLink(absolute, directory.resolve("the home/bin/walarchive"));
        Path relative = Files.createDirectories(directory.resolve("deep")).resolve("link");
        Files.createSymbolicLink(relative, Path.of("../absolute link"));
        Run run = finish(start(shell, relative, PUSH));
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains(directory.toRealPath() + "/the home/lib/a.jar"), run.out());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aLinkOfWalEsNameIsAnsweredAsWalEWould(List<String> shell) throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(directory.resolve("wal-e"), Path.of("the home/bin/walarchive"));
        Path fromElsewhere = Files.createSymbolicLink(
                Files.createDirectories(directory.resolve("bin")).resolve("wal-e"), link);
        writeJava("17.0.1", "echo \"$@\"; exit 76");
        for (Path each : List.of(link, fromElsewhere)) {
            String words = finish(start(shell, each, FETCH)).out();
            assertTrue(words.contains(" -Dwalarchive.program=wal-e "), words);
            assertTrue(words.contains("/the home/bin/walarchive -D"), "no link beside it: " + words);
        }
        assertFalse(run(shell, PUSH).out().contains("walarchive.program"));
        Files.createSymbolicLink(directory.resolve("the home/bin/wal-e"), Path.of("walarchive"));
        String words = finish(start(shell, link, FETCH)).out();
        assertTrue(words.contains("-Dwalarchive.launcher=" + directory.toRealPath() + "/the home/bin/wal-e "), words);
        environment.add("JAVA_HOME=/nowhere");
        Run failed = finish(start(shell, link, FETCH));
        assertEquals(255, failed.code());
        assertTrue(failed.err().startsWith("wal-e: JAVA_HOME is /nowhere, "), failed.err());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void itsOwnWordsAreJsonWhereTheLogIs(List<String> shell) throws IOException, InterruptedException {
        environment.add("JAVA_HOME=/no \"where\\\t é");
        String message = "JAVA_HOME is /no \\\"where\\\\  é, and /no \\\"where\\\\  é/bin/java cannot be executed";
        String expected =
                "\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\",\"level\":\"ERROR\",\"logger\":\"walarchive.launcher\","
                        + "\"message\":\"" + Pattern.quote(message) + "\",\"pid\":\\d+}\n";
        for (String[] words : new String[][] {
            {"--log-format", "json", "wal-fetch", SEGMENT, "x"},
            {"--terse", "--log-format=json", "wal-fetch", SEGMENT, "x"}
        }) {
            Run run = run(shell, words);
            assertEquals(255, run.code());
            assertTrue(run.err().matches(expected), run.err());
        }
        environment.add("WALARCHIVE_LOG_FORMAT=json");
        assertTrue(run(shell, PUSH).err().matches(expected));
        assertTrue(run(shell, "--log-format=text", "wal-push", "x").err().startsWith("walarchive: JAVA_HOME"));
        environment.add("JAVA_HOME=/nowhere");
        String line = run(shell, PUSH)
                .err()
                .replaceAll("\\d{4}-[^\"]*Z", "2026-11-22T04:10:11Z")
                .replaceAll(":\\d+}", ":4711}");
        assertTrue(Files.readString(Path.of("../docs/logging.md")).contains("\n" + line), line);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anInstallationWithoutJars(List<String> shell) throws IOException, InterruptedException {
        writeJava("17.0.1", "exit 76");
        for (String jar : List.of("walarchive-cli.jar", "a.jar", "B.jar")) {
            Files.delete(directory.resolve("the home/lib").resolve(jar));
        }
        assertCodes(shell, 1, 255, 2);
    }

    /** As envdir of daemontools reads it. */
    private Path envdir() throws IOException {
        Path envdir = Files.createDirectory(directory.resolve("env dir"));
        Files.writeString(envdir.resolve("WALE_S3_PREFIX"), "s3://bucket/a b \t \nsecond line\n");
        Files.writeString(envdir.resolve("AWS_SECRET_ACCESS_KEY"), "$(s'e\"c)*");
        Files.writeString(envdir.resolve("WALE_FILE_PREFIX"), "");
        Files.writeString(envdir.resolve("command"), "version");
        Files.writeString(envdir.resolve("IFS"), "a");
        Files.writeString(envdir.resolve(".hidden"), "x");
        Files.createDirectory(envdir.resolve("OLD"));
        return envdir;
    }

    @ParameterizedTest
    @MethodSource("shells")
    void readsADirectoryOfVariables(List<String> shell) throws IOException, InterruptedException {
        environment.add("WALE_FILE_PREFIX=file:///elsewhere");
        writeJava("17.0.1", "env; printf 'last: %s\\n' \"$*\"; exit 76");
        Path envdir = envdir();
        for (String[] option : new String[][] {{"--envdir", envdir.toString()}, {"--envdir=env dir"}}) {
            List<String> words = new ArrayList<>(List.of(option));
            words.addAll(List.of("--terse", "wal-push", "pg_wal/" + SEGMENT));
            Run run = run(shell, words.toArray(new String[0]));
            assertEquals(0, run.code(), run.err());
            String out = "\n" + run.out();
            assertTrue(out.contains("\nWALE_S3_PREFIX=s3://bucket/a b\n"), out);
            assertTrue(out.contains("\nAWS_SECRET_ACCESS_KEY=$(s'e\"c)*\n"), out);
            assertFalse(out.contains("WALE_FILE_PREFIX"), out);
            assertFalse(out.contains("\nOLD="), out);
            assertTrue(out.contains("\nWALARCHIVE_ENVDIR=" + envdir + "\n"), out);
            String last = out.substring(out.indexOf("last: "));
            assertTrue(last.endsWith(" --terse wal-push pg_wal/" + SEGMENT + "\n"), last);
            assertFalse(last.contains("--envdir") || last.contains("s'e"), last);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aDirectoryOfVariablesThatCannotBeReadIsNoEndOfWal(List<String> shell)
            throws IOException, InterruptedException {
        writeJava("17.0.1", "exit 76");
        for (String missing : List.of("/nonexistent", "")) {
            assertEquals(
                    255,
                    run(shell, "--envdir", missing, "wal-fetch", SEGMENT, "x").code());
            assertEquals(1, run(shell, "--envdir", missing, "wal-push", "x").code());
            assertEquals(2, run(shell, "--envdir=" + missing, "backup-list").code());
            Run check = run(shell, "--envdir=" + missing, "check");
            assertEquals(3, check.code());
            assertTrue(check.err().contains("--envdir"), check.err());
        }
    }
}
