package org.walarchive.core.tar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.walarchive.BackupPushRequest.ConfigurationFiles;
import org.walarchive.LocalFileException;

/** Makes, scans and describes trees of files. */
final class Trees {

    private Trees() {}

    /** Makes a file, with the directories above it, whose content is its name. */
    static Path file(Path root, String name) {
        return file(root, name, name);
    }

    static Path file(Path root, String name, String content) {
        try {
            Path path = root.resolve(name);
            Files.createDirectories(path.getParent());
            return Files.writeString(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path link(Path root, String name, Path target) {
        try {
            Path path = root.resolve(name);
            Files.createDirectories(path.getParent());
            return Files.createSymbolicLink(path, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Member> scan(Path root) throws LocalFileException {
        return scan(root, ConfigurationFiles.INCLUDE, TreatmentListener.none());
    }

    static List<Member> scan(Path root, ConfigurationFiles configurationFiles, TreatmentListener listener)
            throws LocalFileException {
        return all(DataDirectoryScan.of(root, configurationFiles, listener));
    }

    static List<Member> all(MemberSource source) throws LocalFileException {
        List<Member> members = new ArrayList<>();
        for (Optional<Member> next = source.next(); next.isPresent(); next = source.next()) {
            members.add(next.get());
        }
        return members;
    }

    static List<String> names(List<Member> members) {
        return members.stream().map(Member::name).toList();
    }

    /** Returns the archive of members as one stream. */
    static byte[] tar(List<Member> members) throws IOException {
        try (PartitionStream stream = Partition.of(0, members).open()) {
            return stream.readAllBytes();
        }
    }

    /** Describes each file below a directory: kind, mode, time, content or link text. */
    static Map<String, String> describe(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.collect(Collectors.toMap(
                    path -> root.relativize(path).toString(), Trees::describeFile, (a, b) -> a, TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String describeFile(Path path) {
        try {
            FileStatus status = FileStatus.of(path);
            FileTime modified = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
            String common = Integer.toOctalString(status.permissions()) + " " + modified.toInstant();
            if (status.isDirectory()) {
                return "directory " + common;
            }
            return status.isSymlink()
                    ? "link " + Files.readSymbolicLink(path)
                    : "file " + common + " " + sha256(Files.readAllBytes(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static void delete(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a stream that fails after some bytes. */
    static InputStream failingAfter(byte[] content, IOException failure) {
        return new SequenceInputStream(new ByteArrayInputStream(content), new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        });
    }
}
