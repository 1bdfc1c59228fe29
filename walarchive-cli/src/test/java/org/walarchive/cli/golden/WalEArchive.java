package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.WalArchive;
import org.walarchive.WalFetchResult;
import org.walarchive.cli.interop.Ground;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.postgres.WalFileName;

/** The archives in the test resources that WAL-E made; {@code README.md} there says what they are. */
public enum WalEArchive {
    PLAIN,
    TBLSPC,
    GPG,
    ODDTREE;

    /**
     * A line of {@code MANIFEST.tsv}.
     *
     * @param path relative to the directory of all archives
     */
    record Entry(String path, long sizeBytes, FileTime lastModified, String sha256) {

        static Entry parse(String line) {
            String[] fields = line.split("\t");
            LocalDateTime time = LocalDateTime.parse(fields[2]);
            return new Entry(
                    fields[0], Long.parseLong(fields[1]), FileTime.from(time.toInstant(ZoneOffset.UTC)), fields[3]);
        }
    }

    /** Returns the directory of all archives. */
    static Path resources() {
        try {
            return Path.of(WalEArchive.class.getResource("/wal-e").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Entry> manifest() {
        try (Stream<String> lines = Files.lines(resources().resolve("MANIFEST.tsv"))) {
            return lines.skip(1).map(Entry::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return resources().resolve(name().toLowerCase(Locale.ROOT));
    }

    /** Copies the archive below a directory, with the times its objects had, and returns the copy. */
    public Path copyTo(Path parent) {
        Path copy =
                Ground.copy(directory().resolve("store"), parent.resolve(name().toLowerCase(Locale.ROOT) + "-archive"));
        String store = name().toLowerCase(Locale.ROOT) + "/store/";
        try {
            for (Entry entry : manifest()) {
                if (entry.path().startsWith(store)) {
                    Path object = copy.resolve(entry.path().substring(store.length()));
                    Files.setLastModifiedTime(object, entry.lastModified());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    /** Returns what WAL-E printed, a character for each byte. */
    String output(String name) {
        try {
            return Files.readString(directory().resolve("outputs").resolve(name), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts the configuration files, which are not in WAL-E's backups, into a restored directory. */
    void configure(Path restored) {
        try {
            for (String name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
                Files.copy(directory().resolve("conf").resolve(name), restored.resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fetches a WAL file of the archive into a directory, where it belongs to {@link OrdinaryUser}. */
    public Path fetch(String name, Path directory) {
        Path target = directory.resolve(name);
        String location = "file://localhost" + directory().resolve("store");
        try (WalArchive archive =
                WalArchive.open(ArchiveConfig.builder(location).build())) {
            assertEquals(WalFetchResult.FETCHED, archive.wal().fetch(WalFileName.parse(name), target));
        } catch (ArchiveException e) {
            throw new AssertionError(e.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        OrdinaryUser.give(target);
        return target;
    }

    /** Returns the names of the WAL files in the archive. */
    public List<String> walFiles() {
        try (Stream<Path> objects = Files.list(directory().resolve("store").resolve("wal_005"))) {
            return objects.map(object -> object.getFileName().toString().replaceFirst("\\.lzo$", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
