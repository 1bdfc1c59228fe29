package org.walarchive.core.layout;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.walarchive.BackupName;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;

/** Reads any text as the key of an object, and as the names that are in keys. */
public final class KeysFuzz {

    private KeysFuzz() {}

    /** Reads the input; what is recognised is written as it was read. */
    public static void fuzzerTestOneInput(byte[] input) {
        String key = new String(input, StandardCharsets.UTF_8);
        ArchiveLayout.parseWal(key).ifPresent(wal -> {
            requireSame(key, ArchiveLayout.wal(wal.name(), wal.extension()));
            wal.name().timeline();
            requireBegins(wal.name().text(), wal.name().segment().map(WalSegmentName::toString));
        });
        ArchiveLayout.parseSentinel(key).ifPresent(backup -> requireSame(key, ArchiveLayout.sentinel(backup)));
        ArchiveLayout.parseKeepMark(key).ifPresent(backup -> requireSame(key, ArchiveLayout.keepMark(backup)));
        ArchiveLayout.parseDeletionMark(key).ifPresent(backup -> requireSame(key, ArchiveLayout.deletionMark(backup)));
        ArchiveLayout.parseBackup(key)
                .ifPresent(backup -> requireBegins(key, Optional.of(ArchiveLayout.backup(backup))));
        ArchiveLayout.parsePartition(key).ifPresent(partition -> {
            requireSame(key, ArchiveLayout.partitions(partition.backup()) + partition.name());
        });
        WalFileName.recognise(key).ifPresent(name -> requireSame(key, name.toString()));
        if (WalSegmentName.isValid(key)) {
            requireSame(key, WalSegmentName.parse(key).toString());
        }
        if (BackupName.isValid(key)) {
            requireSame(key, BackupName.parse(key).toString());
        }
        location(key);
        valid(key);
    }

    private static void location(String text) {
        StoreLocation location;
        try {
            location = StoreLocation.parse(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        if (!location.path().isEmpty()
                && !StoreLocation.parse(location.toString()).equals(location)) {
            throw new AssertionError(location + " comes back as something else");
        }
    }

    private static void valid(String key) {
        try {
            StoreKeys.requireValid(key);
        } catch (StoreException e) {
            return;
        }
        if (key.isEmpty() || key.startsWith("/") || key.contains("//") || ("/" + key + "/").contains("/../")) {
            throw new AssertionError("'" + key + "' is taken for a key");
        }
    }

    private static void requireSame(String read, String written) {
        if (!read.equals(written)) {
            throw new AssertionError("'" + read + "' is written as '" + written + "'");
        }
    }

    private static void requireBegins(String text, Optional<String> beginning) {
        if (beginning.isPresent() && !text.startsWith(beginning.get())) {
            throw new AssertionError("'" + text + "' does not begin with '" + beginning.get() + "'");
        }
    }
}
