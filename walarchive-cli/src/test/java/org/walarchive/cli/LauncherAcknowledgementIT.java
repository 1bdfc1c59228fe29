package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.walarchive.store.StoreLocation;

/** What the launcher makes of a push from an acknowledgement, and what it leaves to Java. */
@Timeout(240)
final class LauncherAcknowledgementIT {

    private static final String ADDRESS = "file:///srv/archive";
    private static final String[] PUSH = {"wal-push", "pg_wal/" + LauncherHost.SEGMENT};

    @TempDir
    private Path directory;

    private LauncherHost host;
    private Path segment;

    static List<List<String>> shells() {
        return LauncherHost.shells().toList();
    }

    private void prepare(List<String> shell) throws IOException, InterruptedException {
        host = new LauncherHost(directory, shell);
        segment = Files.writeString(host.wal(LauncherHost.SEGMENT), "a segment");
        acknowledge(ADDRESS + "\n" + LauncherHost.identity(segment) + "\n");
    }

    private void acknowledge(String text) throws IOException {
        Files.writeString(host.spool("archived/" + segment.getFileName()), text);
    }

    private void assertBelieved(String... words) throws IOException, InterruptedException {
        assertEquals(new LauncherHost.Run(0, "", false), host.run(words), () -> List.of(words) + " needs Java");
    }

    private void assertDoubted(String... words) throws IOException, InterruptedException {
        LauncherHost.Run run = host.run(words);
        assertTrue(run.java(), () -> List.of(words) + " was answered without Java: " + run);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void isBelievedWithNoProgramButStat(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        for (String program : List.of("od", "mv", "mkdir", "rm", "rmdir", "ls")) {
            host.forbid(program);
        }
        host.environment.put("JAVA_HOME", "/nowhere");
        assertBelieved(PUSH);
        assertBelieved("wal-push", "--pool-size", "8", PUSH[1]);
        assertBelieved("wal-push", "--pool-size=8", PUSH[1]);
        assertBelieved("wal-push", "-p", "8", PUSH[1]);
        assertBelieved("wal-push", "-p16", PUSH[1]);
        assertBelieved("--terse", "wal-push", segment.toString());
        host.environment.put("WALE_FILE_PREFIX", "file:///elsewhere");
        assertBelieved("--file-prefix", "file:///srv/archive/", "wal-push", PUSH[1]);
        assertBelieved("--prefix=file:////srv/archive//", "--terse", "wal-push", PUSH[1]);
        host.environment.put("WALARCHIVE_PREFIX", ADDRESS);
        assertBelieved(PUSH);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void everyOtherTextIsDoubted(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        String identity = LauncherHost.identity(segment);
        String seconds = identity.replaceAll("\\.[0-9]{9}", "");
        for (String text : List.of(
                "",
                "\n",
                ADDRESS,
                ADDRESS + "\n",
                ADDRESS + "\n\n",
                ADDRESS + "\n" + identity,
                ADDRESS + "\n" + identity.substring(0, identity.length() - 1) + "\n",
                ADDRESS + "\n" + identity + "0\n",
                ADDRESS + "\n" + identity + " \n",
                ADDRESS + "\n " + identity + "\n",
                ADDRESS + "\n" + seconds + "\n",
                ADDRESS + "\r\n" + identity + "\r\n",
                ADDRESS + "\n" + identity + "\n\n",
                ADDRESS + "\n" + identity + "\nmore",
                ADDRESS + "/\n" + identity + "\n",
                ADDRESS + " \n" + identity + "\n",
                "file:///srv/archive2\n" + identity + "\n",
                "FILE:///srv/archive\n" + identity + "\n",
                "*\n*\n",
                identity + "\n" + ADDRESS + "\n")) {
            acknowledge(text);
            assertDoubted(PUSH);
        }
        Files.delete(host.spool("archived/" + LauncherHost.SEGMENT));
        assertDoubted(PUSH);
        Files.createDirectory(host.spool("archived/" + LauncherHost.SEGMENT));
        assertDoubted(PUSH);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aFileThatIsNotTheVeryOneIsDoubted(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        FileTime modified = Files.getLastModifiedTime(segment);
        Files.writeString(segment, "A segment", StandardOpenOption.WRITE);
        Files.setLastModifiedTime(segment, modified);
        assertDoubted(PUSH);
        acknowledge(ADDRESS + "\n" + LauncherHost.identity(segment) + "\n");
        assertBelieved(PUSH);
        Path other = host.wal("000000010000000000000002");
        Files.copy(segment, other);
        Files.delete(segment);
        assertDoubted(PUSH);
        Files.move(other, segment);
        assertDoubted(PUSH);
        Files.copy(host.spool("archived/" + LauncherHost.SEGMENT), host.spool("archived/000000010000000000000002"));
        Files.createLink(other, segment);
        assertDoubted("wal-push", "pg_wal/000000010000000000000002");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatIsNotUnderstoodIsLeftToJava(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        for (List<String> words : List.of(
                List.of("wal-push"),
                List.of("wal-push", PUSH[1], PUSH[1]),
                List.of("wal-push", "--", PUSH[1]),
                List.of("wal-push", "-p", "0", PUSH[1]),
                List.of("wal-push", "-p", "x", PUSH[1]),
                List.of("wal-push", "-p", "-1", PUSH[1]),
                List.of("wal-push", "-p", PUSH[1]),
                List.of("wal-push", "--prefetch", "8", PUSH[1]),
                List.of("wal-push", "--pool-si", "8", PUSH[1]),
                List.of("wal-push", PUSH[1], "-p", "8"),
                List.of("-k", "KEY", "wal-push", PUSH[1]),
                List.of("-a", "account", "wal-push", PUSH[1]),
                List.of("--bogus", "wal-push", PUSH[1]),
                List.of("--", "wal-push", PUSH[1]),
                List.of("--prefix", ADDRESS, "--file-prefix", ADDRESS, "wal-push", PUSH[1]),
                List.of("--file-prefix=" + ADDRESS, "--file-prefix=" + ADDRESS, "wal-push", PUSH[1]),
                List.of("--file-prefix", "", "wal-push", PUSH[1]),
                List.of("--file-pre", ADDRESS, "wal-push", PUSH[1]))) {
            assertDoubted(words.toArray(String[]::new));
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theLocationIsReadAsJavaReadsIt(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        String identity = LauncherHost.identity(segment);
        for (String location : List.of(
                "file:///",
                "file://localhost",
                "file://localhost/",
                "file://localhost/srv//archive///",
                "file:////srv/archive",
                "file:///srv/my archive",
                "file:///srv/it's \"quoted\" $HOME `id` \\t *",
                "s3://bucket",
                "s3://bucket/",
                "s3://bucket//a/b/",
                "gs://bucket/a=b",
                "wabs://container/dir",
                "azure://container/dir",
                "swift://container/a:b")) {
            host.environment.put("WALE_FILE_PREFIX", location);
            acknowledge(StoreLocation.parse(location) + "\n" + identity + "\n");
            assertBelieved(PUSH);
        }
        for (String location : List.of(
                "FILE:///srv/archive",
                "file:/srv/archive",
                "/srv/archive",
                "memory://x/y",
                "s3://user@bucket/a",
                "s3://bucket/a?b",
                "s3://bucket/a#b",
                "s3://bucket/a\nb",
                "s3://bucket/a AWS_REGION=b")) {
            host.environment.put("WALE_FILE_PREFIX", location);
            acknowledge(location.split("\n")[0] + "\n" + identity + "\n");
            assertDoubted(PUSH);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatElseSaysWhereTheArchiveIs(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        String identity = LauncherHost.identity(segment);
        host.environment.put("AWS_REGION", "");
        assertBelieved(PUSH);
        host.environment.put("WALE_S3_ENDPOINT", "http+path://127.0.0.1:9000");
        assertDoubted(PUSH);
        host.environment.put("AWS_REGION", "$(id)*'");
        acknowledge(ADDRESS + " AWS_REGION=$(id)*' WALE_S3_ENDPOINT=http+path://127.0.0.1:9000\n" + identity + "\n");
        assertBelieved(PUSH);
        for (String value : List.of("two words", "two\nlines")) {
            host.environment.put("AWS_REGION", value);
            acknowledge(ADDRESS + " AWS_REGION=" + value + " WALE_S3_ENDPOINT=http+path://127.0.0.1:9000\n" + identity
                    + "\n");
            assertDoubted(PUSH);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void pathsOfAllKinds(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        for (String name : List.of("with blanks", "it's \"quoted\"", "two\nlines", "star*", "Grüße")) {
            Path wal = Files.createDirectories(host.data.resolve(name).resolve("pg_wal"));
            segment = Files.writeString(wal.resolve(LauncherHost.SEGMENT), "a segment");
            Path note = wal.resolve(".walarchive/archived").resolve(LauncherHost.SEGMENT);
            Files.createDirectories(note.getParent());
            Files.writeString(note, ADDRESS + "\n" + LauncherHost.identity(segment) + "\n", StandardCharsets.UTF_8);
            assertBelieved("wal-push", name + "/pg_wal/" + LauncherHost.SEGMENT);
            assertBelieved("wal-push", segment.toString());
            Files.writeString(note, "");
            assertDoubted("wal-push", segment.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aLinkInThePlaceOfPgWal(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        Files.createSymbolicLink(host.data.resolve("linked"), host.data.resolve("pg_wal"));
        assertBelieved("wal-push", "linked/" + LauncherHost.SEGMENT);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aStatThatCannotDoIt(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        String times = LauncherHost.identity(segment).replaceAll("\\.[0-9]{9}", "");
        for (String stat : List.of(
                "echo '" + times + "'",
                "exit 0",
                "exit 1",
                "echo '" + LauncherHost.identity(segment) + "'; exit 1",
                "echo \"stat: illegal option -- L\" >&2; exit 1")) {
            host.replace("stat", stat);
            assertDoubted(PUSH);
        }
        host.forbid("stat");
        if (!shell.contains("sh")) { // busybox has one within
            assertDoubted(PUSH);
        }
    }
}
