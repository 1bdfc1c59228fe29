package org.walarchive.cli.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.WalArchive;
import org.walarchive.WalFetchResult;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.postgres.WalFileName;

/** A command under which a call of the kernel fails, and what has to hold then. */
abstract class FaultedCommand {

    final CliProcess cli;
    final Path ground;

    /** Makes it, with all that it touches below a directory. */
    FaultedCommand(CliProcess cli, Path ground) {
        this.cli = cli;
        this.ground = ground;
    }

    /** Makes the ground anew, with what it works on. */
    void begin() throws Exception {
        if (Files.exists(ground)) {
            try (Stream<Path> paths = Files.walk(ground)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectory(ground);
        OrdinaryUser.give(ground);
        prepare();
    }

    /** Makes what it works on, in a ground that is empty. */
    abstract void prepare() throws Exception;

    abstract List<String> arguments();

    /** Runs it. */
    CliProcess.Outcome run(Map<String, String> environment, Path record) throws Exception {
        return cli.run(environment, arguments().toArray(String[]::new));
    }

    /** What holds whatever failed. */
    abstract void requireTruth(CliProcess.Outcome outcome) throws Exception;

    /** Does it again, where nothing fails, and looks at what comes of it. */
    abstract void again() throws Exception;

    String location() {
        return "file://localhost" + ground.resolve("archive");
    }

    /** What is done in this process, which runs already. */
    @FunctionalInterface
    interface Work<T> {
        T with(WalArchive archive) throws Exception;
    }

    <T> T inArchive(Work<T> work) throws Exception {
        try (WalArchive archive =
                WalArchive.open(ArchiveConfig.builder(location()).build())) {
            return work.with(archive);
        } catch (ArchiveException e) {
            throw new AssertionError(
                    e.getMessage() + " " + e.detail().orElse("") + " "
                            + e.hint().orElse(""),
                    e);
        }
    }

    /** Returns the names of files below a directory of the ground, without our temporary ones. */
    List<String> files(String directory) throws IOException {
        Path root = ground.resolve(directory);
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(name -> !name.startsWith(".walarchive-tmp"))
                    .sorted()
                    .toList();
        }
    }

    /** Returns what files below a directory hold, each with its mode. */
    Map<String, String> contents(String directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (String name : files(directory)) {
            Path file = ground.resolve(directory).resolve(name);
            contents.put(
                    name,
                    Files.getPosixFilePermissions(file).stream().sorted().toList() + " "
                            + Arrays.hashCode(Files.readAllBytes(file)) + " " + Files.size(file));
        }
        return contents;
    }

    /** Returns what the archive has of a segment, read to its end and checked; empty if it has none. */
    Optional<byte[]> archived(String segment) throws Exception {
        if (files("archive/wal_005").stream().noneMatch(name -> name.startsWith(segment))) {
            return Optional.empty();
        }
        Path target = ground.resolve("look/" + segment);
        Files.createDirectories(target.getParent());
        WalFetchResult result = inArchive(
                archive -> archive.wal().fetch(WalFileName.recognise(segment).orElseThrow(), target));
        if (result != WalFetchResult.FETCHED) {
            throw new AssertionError(segment + " has an object and is " + result);
        }
        byte[] content = Files.readAllBytes(target);
        Files.delete(target);
        return Optional.of(content);
    }
}
