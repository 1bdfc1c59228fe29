package org.walarchive.core.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The programs of a PostgreSQL release: {@code initdb}, {@code postgres}, {@code pg_ctl}. Unpacked from the jars that the
 * build copies into the directory named by the system property {@value #PROPERTY}, once for all runs and processes, into
 * the directory for temporary files: the server's user may not be able to read the project.
 */
final class PostgresBinaries {

    static final String PROPERTY = "walarchive.test.postgres";

    /** Jars of old releases have other systems' programs too. */
    private static final Pattern LINUX = Pattern.compile("(?i).*linux.*\\.txz");

    private PostgresBinaries() {}

    /** Returns the directory that has {@code bin}, {@code lib} and {@code share}. */
    static synchronized Path of(PostgresVersion version) {
        Path jar = jar(version);
        try {
            Path cache = cache();
            Path home = cache.resolve(jar.getFileName().toString().replaceFirst("\\.jar$", ""));
            try (FileChannel lock =
                    FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock(); // released when the channel is closed
                if (!Files.isDirectory(home)) {
                    Path unfinished = Files.createTempDirectory(cache, "unpack");
                    unpack(jar, unfinished);
                    Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
                    Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + jar, e);
        }
    }

    private static Path jar(PostgresVersion version) {
        String directory = System.getProperty(PROPERTY);
        if (directory == null) {
            throw new IllegalStateException(
                    "the system property " + PROPERTY + " is not set; run the tests with Maven");
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(Path.of(directory), "*-" + version.number() + ".*.jar")) {
            jars.forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException("no PostgreSQL programs in " + directory, e);
        }
        if (found.size() != 1) {
            throw new IllegalStateException(
                    "expected one jar of PostgreSQL " + version + " in " + directory + ", found " + found);
        }
        return found.get(0);
    }

    private static Path cache() throws IOException {
        String user = System.getProperty("user.name");
        Path cache = Path.of(System.getProperty("java.io.tmpdir"), "walarchive-postgres-" + user);
        Files.createDirectories(
                cache, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (!Files.getOwner(cache).getName().equals(user)) {
            throw new IOException(cache + " belongs to another user");
        }
        return cache;
    }

    private static void unpack(Path jar, Path target) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(jar)))) {
            ZipEntry entry = zip.getNextEntry();
            while (entry != null && !LINUX.matcher(entry.getName()).matches()) {
                entry = zip.getNextEntry();
            }
            if (entry == null) {
                throw new IOException(jar + " has no .txz for Linux in it");
            }
            unpackTar(new XZCompressorInputStream(zip), target);
        }
    }

    private static void unpackTar(InputStream content, Path target) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(content);
        TarArchiveEntry entry;
        while ((entry = tar.getNextEntry()) != null) {
            Path path = target.resolve(entry.getName()).normalize();
            if (!path.startsWith(target)) {
                throw new IOException("entry outside of the archive: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(path);
                continue;
            }
            Files.createDirectories(path.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else if (entry.isLink()) {
                Files.createLink(path, target.resolve(entry.getLinkName()));
            } else {
                Files.copy(tar, path);
                boolean executable = (entry.getMode() & 0100) != 0;
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}
