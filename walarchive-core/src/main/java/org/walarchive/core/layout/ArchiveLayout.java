package org.walarchive.core.layout;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.BackupName;
import org.walarchive.postgres.WalFileName;

/**
 * The names of an archive's objects: WAL-E's layout 005 ({@code docs/format.md#keys}) and one directory of our own.
 *
 * <p>Keys are relative to the archive's prefix. Parsing accepts what WAL-E wrote, part numbers without padding included, and
 * what WAL-G wrote. An extension is what follows a name and a dot and tells how an object is compressed; WAL-G's objects that
 * are not compressed have none, "", and those of its older releases a dot alone, ".".
 */
public final class ArchiveLayout {

    /** The beginning of the keys of all WAL files. */
    public static final String WAL = "wal_005/";

    /** The beginning of the keys of all base backups. */
    public static final String BASE_BACKUPS = "basebackups_005/";

    /** The key of the record that names the archive's cluster; outside of what WAL-E lists or deletes. */
    public static final String IDENTITY = "walarchive/identity.properties";

    /** The beginning of the keys that are ours alone, and outside of what WAL-E lists or deletes. */
    public static final String OWN = "walarchive/";

    /** The layouts before this one, of which nothing is read any more. */
    public static final List<String> OLD_VERSIONS = List.of("004", "003", "002", "001", "000");

    private static final String KEEP_MARK = OWN + "keep/";
    private static final String DELETION_MARK = OWN + "deleting/";

    private static final String SENTINEL_SUFFIX = "_backup_stop_sentinel.json";

    private static final Pattern PARTITION = Pattern.compile("basebackups_005/(base_[0-9A-F_D]+)/tar_partitions/"
            + "((?:part|copy)_[0-9]{1,8}|pg_control|backup_label)\\.tar(?:\\.(.*))?");

    private static final String DOT_ALONE = ".";

    private ArchiveLayout() {}

    /**
     * An object that holds a WAL file.
     *
     * @param name the file
     * @param extension how it is compressed
     */
    public record WalObject(WalFileName name, String extension) {}

    /**
     * An object that holds a tar partition.
     *
     * @param backup the backup
     * @param stem {@code part_} and a number; of WAL-G's also {@code copy_} and a number, {@link #LABEL} or {@link #CONTROL}
     * @param extension how it is compressed
     */
    public record PartitionObject(BackupName backup, String stem, String extension) {

        /** The partition of WAL-G's backups that holds {@code backup_label} and {@code tablespace_map}. */
        public static final String LABEL = "backup_label";

        /** The partition of WAL-G's backups that holds {@code pg_control}. */
        public static final String CONTROL = "pg_control";

        private static final String NUMBERED = "part_";

        /** Returns the number; WAL-E's, and ours, are counted from 0, and WAL-G's from 1. */
        public OptionalInt number() {
            return stem.startsWith(NUMBERED)
                    ? OptionalInt.of(Integer.parseInt(stem.substring(NUMBERED.length())))
                    : OptionalInt.empty();
        }

        /** Returns the last component of the key. */
        public String name() {
            return suffixed(stem + ".tar", extension);
        }
    }

    private static String suffixed(String name, String extension) {
        return switch (extension) {
            case "" -> name;
            case DOT_ALONE -> name + DOT_ALONE;
            default -> name + "." + extension;
        };
    }

    /** Returns the key of a WAL file. */
    public static String wal(WalFileName name, String extension) {
        return WAL + suffixed(name.text(), extension);
    }

    /** Recognises the key of a WAL file. */
    public static Optional<WalObject> parseWal(String key) {
        if (!key.startsWith(WAL)) {
            return Optional.empty();
        }
        String text = key.substring(WAL.length());
        Optional<WalFileName> bare = WalFileName.recognise(text);
        if (bare.isPresent()) {
            return Optional.of(new WalObject(bare.get(), ""));
        }
        int dot = text.lastIndexOf('.');
        if (dot <= 0) {
            return Optional.empty();
        }
        String extension = dot == text.length() - 1 ? DOT_ALONE : text.substring(dot + 1);
        return WalFileName.recognise(text.substring(0, dot)).map(name -> new WalObject(name, extension));
    }

    /** Returns the beginning of the keys of a backup's objects, apart from its sentinel. */
    public static String backup(BackupName backup) {
        return BASE_BACKUPS + backup + "/";
    }

    /** Recognises a key that lies among a backup's objects, apart from its sentinel. */
    public static Optional<BackupName> parseBackup(String key) {
        int end = key.indexOf('/', BASE_BACKUPS.length());
        if (!key.startsWith(BASE_BACKUPS) || end < 0) {
            return Optional.empty();
        }
        String name = key.substring(BASE_BACKUPS.length(), end);
        return BackupName.isValid(name) ? Optional.of(BackupName.parse(name)) : Optional.empty();
    }

    /** Returns the key of the text that names the server's version: the first object of a backup. */
    public static String version(BackupName backup) {
        return backup(backup) + "extended_version.txt";
    }

    /** Returns the beginning of the keys of a backup's tar partitions. */
    public static String partitions(BackupName backup) {
        return backup(backup) + "tar_partitions/";
    }

    /** Returns the key of a tar partition. */
    public static String partition(BackupName backup, int number, String extension) {
        return partitions(backup) + partitionName(number, extension);
    }

    /** Returns the last component of a tar partition's key. */
    public static String partitionName(int number, String extension) {
        String digits = Integer.toString(number);
        return "part_" + "0".repeat(Math.max(0, 8 - digits.length())) + digits + ".tar." + extension;
    }

    /** Recognises the key of a tar partition. */
    public static Optional<PartitionObject> parsePartition(String key) {
        Matcher matcher = PARTITION.matcher(key);
        if (!matcher.matches() || !BackupName.isValid(matcher.group(1))) {
            return Optional.empty();
        }
        String after = matcher.group(3);
        String extension = after == null ? "" : after.isEmpty() ? DOT_ALONE : after;
        return Optional.of(new PartitionObject(BackupName.parse(matcher.group(1)), matcher.group(2), extension));
    }

    /** Returns the key of what WAL-G keeps beside the sentinel of a backup, and changes when it is marked as permanent. */
    public static String walGMetadata(BackupName backup) {
        return backup(backup) + "metadata.json";
    }

    /** Returns the key of WAL-G's list of the files of a backup, with the partition that each is in. */
    public static String walGFiles(BackupName backup) {
        return backup(backup) + "files_metadata.json";
    }

    /** Returns the key of a sentinel. */
    public static String sentinel(BackupName backup) {
        return BASE_BACKUPS + backup + SENTINEL_SUFFIX;
    }

    /** Recognises the key of a sentinel. */
    public static Optional<BackupName> parseSentinel(String key) {
        if (!key.startsWith(BASE_BACKUPS) || !key.endsWith(SENTINEL_SUFFIX)) {
            return Optional.empty();
        }
        String name = key.substring(BASE_BACKUPS.length(), key.length() - SENTINEL_SUFFIX.length());
        return BackupName.isValid(name) ? Optional.of(BackupName.parse(name)) : Optional.empty();
    }

    /** Returns the beginning of the keys of all base backups of an older layout. */
    public static String oldBaseBackups(String version) {
        return "basebackups_" + version + "/";
    }

    /** Returns the beginning of the keys of all WAL files of an older layout. */
    public static String oldWal(String version) {
        return "wal_" + version + "/";
    }

    /** Returns the key of an object that is only there while a check of the archive runs, unless its deletion is refused. */
    public static String checkProbe(String name) {
        return OWN + "check/" + name;
    }

    /** Returns the key of the mark that no policy deletes a backup. */
    public static String keepMark(BackupName backup) {
        return KEEP_MARK + backup;
    }

    /** Recognises the key of a {@linkplain #keepMark keep mark}. */
    public static Optional<BackupName> parseKeepMark(String key) {
        return parseMark(KEEP_MARK, key);
    }

    /** Returns the key of the mark that a backup is being deleted: put before the first of its objects goes. */
    public static String deletionMark(BackupName backup) {
        return DELETION_MARK + backup;
    }

    /** Recognises the key of a {@linkplain #deletionMark deletion mark}. */
    public static Optional<BackupName> parseDeletionMark(String key) {
        return parseMark(DELETION_MARK, key);
    }

    private static Optional<BackupName> parseMark(String prefix, String key) {
        if (!key.startsWith(prefix) || !BackupName.isValid(key.substring(prefix.length()))) {
            return Optional.empty();
        }
        return Optional.of(BackupName.parse(key.substring(prefix.length())));
    }
}
