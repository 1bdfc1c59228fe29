package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.LocalFileException;
import org.walarchive.core.tar.RestoreOptions.Completeness;

/** Other programs read our archives, and we read theirs. Whoever has only the archive and no walarchive can restore. */
class ForeignTarIT {

    @TempDir
    private Path temporary;

    private Path data;

    @BeforeEach
    void makeTree() throws Exception {
        data = temporary.resolve("data");
        Trees.file(data, "base/5/1259", "x".repeat(100_000));
        Trees.file(data, "base/été " + "n".repeat(180));
        Trees.file(data, "d".repeat(120) + "/" + "e".repeat(120) + "/f");
        Trees.link(data, "dangling", Path.of("/nowhere/" + "é".repeat(80)));
        // times with at most what a header holds
        for (String name : new String[] {"base/5/1259", "base/5", "base", ""}) {
            Files.setLastModifiedTime(data.resolve(name), FileTime.fromMillis(1_600_000_000_000L));
        }
        Files.setAttribute(data, "unix:mode", 0750);
    }

    /** Our archive of the tree. */
    private Path ours() throws Exception {
        return Files.write(temporary.resolve("ours.tar"), Trees.tar(Trees.scan(data)));
    }

    private static boolean isThere(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    /** Names, kinds, modes and contents without times, of which programs keep more or less. */
    private static Map<String, String> timeless(Path root) {
        Map<String, String> described = Trees.describe(root);
        described.replaceAll((name, text) -> text.replaceAll(" [0-9]{4}-[0-9-]+T[^ ]*", ""));
        return described;
    }

    @Test
    void gnuTarReadsOurs() throws Exception {
        assumeTrue(isThere("tar"), "GNU tar is on the PATH");
        Files.createDirectory(temporary.resolve("out"));

        assertEquals("", run("tar", "-xpf", ours().toString(), "-C", "out"));
        String listing = run("tar", "-tvf", ours().toString(), "--full-time");

        assertEquals(timeless(data), timeless(temporary.resolve("out")));
        assertEquals(Trees.scan(data).size(), listing.lines().count(), listing);
        assertEquals(
                Files.getLastModifiedTime(data.resolve("base/5/1259")),
                Files.getLastModifiedTime(temporary.resolve("out/base/5/1259")));
    }

    @Test
    void pythonReadsOursAsWalEDoes() throws Exception {
        assumeTrue(isThere("python3"), "python3 is on the PATH");
        // WAL-E reads a stream, checks each name, and extracts one member after another
        String program = """
                import sys, tarfile
                with open(sys.argv[1], 'rb') as f, tarfile.open(fileobj=f, mode='r|') as tar:
                    for member in tar:
                        assert not member.name.startswith('/')
                        tar.extract(member, path='out')
                """;

        run("python3", "-W", "ignore", "-c", program, ours().toString());

        assertEquals(timeless(data), timeless(temporary.resolve("out")));
    }

    @Test
    void weReadBothDialectsOfGnuTar() throws Exception {
        assumeTrue(isThere("tar"), "GNU tar is on the PATH");
        for (String format : List.of("gnu", "pax", "ustar")) {
            List<String> command = new ArrayList<>(
                    List.of("tar", "--format=" + format, "-cf", format + ".tar", "-C", "data", "--no-recursion"));
            for (Member member : Trees.scan(data)) {
                boolean fits = !format.equals("ustar")
                        || member.name().length() < 100 && !member.name().equals("dangling");
                if (fits) {
                    command.add(member.name().isEmpty() ? "." : member.name());
                }
            }
            run(command.toArray(String[]::new));
            RestoreTree tree = RestoreTree.into(
                    temporary.resolve(format), RestoreOptions.cluster().completeness(Completeness.ANY_TREE));
            tree.extract(format, Files.newInputStream(temporary.resolve(format + ".tar")));
            tree.finish();

            Map<String, String> expected = timeless(data);
            if (format.equals("ustar")) {
                expected.keySet().removeIf(name -> name.length() >= 100 || name.equals("dangling"));
            }
            assertEquals(expected, timeless(temporary.resolve(format)));
        }
    }

    @Test
    void jvmInAPosixLocaleRefusesOtherNames() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ScanMain.class.getName(),
                ".");
        builder.directory(data.toFile());
        builder.environment().put("LC_ALL", "POSIX");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, process.waitFor());
        assertEquals(
                "Run with a UTF-8 locale, such as LC_ALL=C.UTF-8; rename files whose names are not UTF-8.", output);
    }

    /** Scans a directory and prints the hint of the failure. */
    static final class ScanMain {

        private ScanMain() {}

        public static void main(String[] arguments) {
            try {
                System.out.print(Trees.names(Trees.scan(Path.of(arguments[0]))));
            } catch (LocalFileException e) {
                System.out.print(e.hint().orElse("no hint"));
            }
        }
    }
}
