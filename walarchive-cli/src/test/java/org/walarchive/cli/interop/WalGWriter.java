package org.walarchive.cli.interop;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.walarchive.Compression;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.postgres.Lsn;

/**
 * Writes an archive as WAL-G does: names with a leading slash, symbolic links without their targets, {@code pg_control} and the label
 * in partitions of their own, a sentinel in its dialect.
 */
final class WalGWriter {

    private static final int PARTITION_BYTES = 8_000_000;

    private static final Set<String> EMPTIED = Set.of(
            "log",
            "pg_wal",
            "pgsql_tmp",
            "pg_dynshmem",
            "pg_notify",
            "pg_replslot",
            "pg_serial",
            "pg_stat_tmp",
            "pg_snapshots",
            "pg_subtrans");
    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts", "pg_control");

    private final PostgresServer server;
    private final Path archive;
    private final String extension;
    private final Map<String, List<String>> sets = new TreeMap<>();
    private final Map<String, Path> tablespaces = new TreeMap<>();
    private String name = "";
    private int part = 1;
    private Partition partition = new Partition();
    private long storedBytes;
    private long plainBytes;

    WalGWriter(PostgresServer server, Path archive, String extension) {
        this.server = server;
        this.archive = archive;
        this.extension = extension;
    }

    /** A tar archive in the making. */
    private static final class Partition {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");
        private final List<String> names = new ArrayList<>();

        void add(String member, byte type, int mode, byte[] content) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(member, type, true);
            entry.setMode(mode);
            entry.setSize(content.length);
            if (type == TarConstants.LF_SYMLINK) {
                entry.setLinkName(member.substring(member.lastIndexOf('/') + 1));
            }
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            names.add(member);
        }
    }

    /** What is archived so is not compressed; {@link #compressWal} does that to some. */
    static String archiveCommand(Path archive) {
        return "mkdir -p '" + archive + "/wal_005' && cp \"%p\" '" + archive + "/wal_005/%f'";
    }

    /** Makes of each third segment an lz4 object, of each third one as older releases leave what is not compressed. */
    static void compressWal(Path archive) throws IOException {
        List<Path> segments;
        try (Stream<Path> paths = Files.list(archive.resolve("wal_005"))) {
            segments = paths.sorted().toList();
        }
        for (int i = 0; i < segments.size(); i++) {
            Path segment = segments.get(i);
            if (i % 3 == 0) {
                write(Path.of(segment + ".lz4"), compress("lz4", Files.readAllBytes(segment)));
                Files.delete(segment);
            } else if (i % 3 == 1) {
                Files.move(segment, Path.of(segment + "."));
            }
        }
    }

    private static byte[] compress(String extension, byte[] plain) throws IOException {
        if (extension.equals("lzma")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream lzma = new LZMAOutputStream(bytes, new LZMA2Options(0), -1)) {
                lzma.write(plain);
            }
            return bytes.toByteArray();
        }
        try (InputStream stream = Codecs.of(Compression.parse(extension)).compress(new ByteArrayInputStream(plain))) {
            return stream.readAllBytes();
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        for (Path path = file; path.toString().contains("_005"); path = path.getParent()) {
            OrdinaryUser.give(path);
        }
    }

    /** Takes a base backup, and returns its name. */
    String backup() throws Exception {
        Instant begun = Instant.now();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            String start = text(statement, "SELECT pg_backup_start('wal-g', true)");
            name = "base_" + text(statement, "SELECT pg_walfile_name('" + start + "')");
            tree(server.dataDirectory(), "");
            store("part_" + String.format("%03d", part));
            partition = new Partition();
            Path control = server.dataDirectory().resolve("global/pg_control");
            partition.add("/global/pg_control", TarConstants.LF_NORMAL, 0600, Files.readAllBytes(control));
            store("pg_control");
            sets.remove(file("pg_control"));
            String stop = label(statement);
            store("backup_label");
            metadata(begun, Lsn.parse(start), Lsn.parse(stop));
        }
        return name;
    }

    private static String text(Statement statement, String sql) throws Exception {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private String label(Statement statement) throws Exception {
        partition = new Partition();
        try (ResultSet row = statement.executeQuery("SELECT lsn, labelfile, spcmapfile FROM pg_backup_stop(false)")) {
            row.next();
            partition.add("backup_label", TarConstants.LF_NORMAL, 0600, bytes(row.getString(2)));
            partition.add("tablespace_map", TarConstants.LF_NORMAL, 0600, bytes(row.getString(3)));
            return row.getString(1);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void tree(Path directory, String member) throws IOException {
        partition.add(member.isEmpty() ? "/" : member, TarConstants.LF_DIR, 0700, new byte[0]);
        if (EMPTIED.contains(String.valueOf(directory.getFileName()))) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> paths = Files.list(directory)) {
            entries = paths.sorted().toList();
        }
        for (Path entry : entries) {
            entry(entry, member + "/" + entry.getFileName());
        }
    }

    private void entry(Path entry, String member) throws IOException {
        if (LEFT_OUT.contains(entry.getFileName().toString())) {
            return;
        }
        if (Files.isSymbolicLink(entry)) {
            if (member.startsWith("/pg_tblspc/")) {
                Path location = Files.readSymbolicLink(entry);
                tablespaces.put(entry.getFileName().toString(), location);
                try (Stream<Path> paths = Files.list(location)) {
                    for (Path path : paths.sorted().toList()) {
                        tree(path, member + "/" + path.getFileName());
                    }
                }
            } else {
                partition.add(member, TarConstants.LF_SYMLINK, 0777, new byte[0]);
            }
        } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            tree(entry, member);
        } else {
            partition.add(member, TarConstants.LF_NORMAL, 0600, Files.readAllBytes(entry));
            if (partition.bytes.size() > PARTITION_BYTES) {
                store("part_" + String.format("%03d", part++));
                partition = new Partition();
            }
        }
    }

    private String file(String stem) {
        return stem + ".tar." + extension;
    }

    private void store(String stem) throws IOException {
        partition.tar.finish();
        byte[] stored = compress(extension, partition.bytes.toByteArray());
        storedBytes += stored.length;
        plainBytes += partition.bytes.size();
        sets.put(file(stem), partition.names);
        write(archive.resolve("basebackups_005/" + name + "/tar_partitions/" + file(stem)), stored);
    }

    private void metadata(Instant begun, Lsn start, Lsn stop) throws IOException {
        Path own = archive.resolve("basebackups_005/" + name);
        String version = server.queryText("SHOW server_version_num");
        String cluster = server.queryText("SELECT system_identifier FROM pg_control_system()");
        String spec = tablespaces.entrySet().stream()
                .map(space -> "\"" + space.getKey() + "\":{\"loc\":\"" + space.getValue() + "\",\"link\":\"pg_tblspc/"
                        + space.getKey() + "\"},")
                .collect(Collectors.joining());
        String names =
                tablespaces.keySet().stream().map(oid -> "\"" + oid + "\"").collect(Collectors.joining(","));
        write(own.resolve("metadata.json"), bytes("{\"start_time\":\"" + begun + "\",\"is_permanent\":false}"));
        write(
                own.resolve("files_metadata.json"),
                bytes("{\"Files\":{\"/PG_VERSION\":{\"IsIncremented\":false}},\"TarFileSets\":{"
                        + sets.entrySet().stream()
                                .map(set ->
                                        "\"" + set.getKey() + "\":[\"" + String.join("\",\"", set.getValue()) + "\"]")
                                .collect(Collectors.joining(","))
                        + "},\"DatabasesByNames\":{}}"));
        write(
                archive.resolve("basebackups_005/" + name + "_backup_stop_sentinel.json"),
                bytes("{\"LSN\":" + Long.toUnsignedString(start.value()) + ",\"PgVersion\":" + version
                        + ",\"FinishLSN\":"
                        + Long.toUnsignedString(stop.value()) + ",\"SystemIdentifier\":" + cluster
                        + ",\"UncompressedSize\":" + plainBytes + ",\"CompressedSize\":" + storedBytes
                        + ",\"DataCatalogSize\":" + plainBytes + ",\"Spec\":{" + spec + "\"base_prefix\":\""
                        + server.dataDirectory() + "\",\"tablespaces\":[" + names + "]},\"ChkpNum\":null,\"Version\":2,"
                        + "\"StartTime\":\"" + begun + "\",\"FinishTime\":\"" + Instant.now()
                        + "\",\"DateFmt\":\"%Y-%m-%dT%H:%M:%S.%fZ\",\"IsPermanent\":false}"));
    }
}
