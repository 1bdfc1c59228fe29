package org.walarchive.core.layout;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.BackupName;
import org.walarchive.postgres.WalFileName;

/**
 * The names of an archive's objects: WAL-E's layout 005 ({@code docs/format.md#keys}) and one directory of our own.
 *
 * <p>Keys are relative to the archive's prefix. Parsing accepts what WAL-E wrote, part numbers without padding included.
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

    private static final Pattern PARTITION = Pattern.compile(
            "basebackups_005/(base_[0-9A-F]{24}_[0-9A-F]{8})/tar_partitions/part_([0-9]{1,8})\\.tar\\.(.+)");

    private ArchiveLayout() {}

    /**
     * An object that holds a WAL file.
     *
     * @param name the file
     * @param extension what follows the name and a dot: how it is compressed
     */
    public record WalObject(WalFileName name, String extension) {}

    /**
     * An object that holds a tar partition.
     *
     * @param backup the backup
     * @param number from 0
     * @param extension what follows {@code .tar.}: how it is compressed
     */
    public record PartitionObject(BackupName backup, int number, String extension) {}

    /** Returns the key of a WAL file. */
    public static String wal(WalFileName name, String extension) {
        return WAL + name.text() + "." + extension;
    }

    /** Recognises the key of a WAL file. */
    public static Optional<WalObject> parseWal(String key) {
        if (!key.startsWith(WAL)) {
            return Optional.empty();
        }
        String text = key.substring(WAL.length());
        int dot = text.lastIndexOf('.');
        if (dot <= 0 || dot == text.length() - 1) {
            return Optional.empty();
        }
        String extension = text.substring(dot + 1);
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
        return Optional.of(new PartitionObject(
                BackupName.parse(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(3)));
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
