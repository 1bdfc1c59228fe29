package org.walarchive.core.verify;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.store.CountingStream;
import org.walarchive.core.tar.TarDialect;
import org.walarchive.core.tar.TarWalk;
import org.walarchive.core.verify.RelationPages.WrongPages;

/** Reads one tar partition: what is in it that tells something about the backup. */
final class PartitionLook {

    /** The files whose content is wanted; all are small. */
    static final Set<String> WANTED = Set.of("PG_VERSION", "backup_label", ControlFile.PATH);

    private static final int MAX_WANTED_BYTES = 1 << 16;

    /** How many files with wrong pages are kept; the rest is counted. */
    private static final int MAX_FILES = 100;

    private final @Nullable RelationPages pages;
    private final Map<String, byte[]> files = new HashMap<>();
    private final List<WrongPages> wrongPages = new ArrayList<>();
    private long moreFiles;
    private long[] names = new long[64];
    private int nameCount;

    /** Looks also at pages of relations if there is something to hold them against. */
    PartitionLook(@Nullable RelationPages pages) {
        this.pages = pages;
    }

    /**
     * What is in a partition.
     *
     * @param tarBytes the length of the tar stream
     * @param contentBytes the sum of the files' sizes
     * @param files the content of those that are {@link #WANTED}
     * @param wrongPages the first files that have pages with a wrong checksum
     * @param moreFiles how many more such files there are
     * @param names a hash of the name of each file
     */
    record Content(
            long tarBytes,
            long contentBytes,
            Map<String, byte[]> files,
            List<WrongPages> wrongPages,
            long moreFiles,
            long[] names) {}

    Content read(String partition, InputStream plain, TarDialect dialect) throws IOException, CorruptArchiveException {
        CountingStream tar = new CountingStream(plain);
        TarWalk.Walked walked = TarWalk.walk(partition, tar, dialect, this::file);
        return new Content(
                tar.count(), walked.contentBytes(), files, wrongPages, moreFiles, Arrays.copyOf(names, nameCount));
    }

    private void file(String name, long sizeBytes, InputStream content) throws IOException {
        addName(name);
        if (WANTED.contains(name)) {
            files.put(name, content.readNBytes(MAX_WANTED_BYTES));
        } else if (pages != null && RelationPages.isRelation(name)) {
            Optional<WrongPages> wrong = pages.check(name, content);
            if (wrong.isPresent() && wrongPages.size() < MAX_FILES) {
                wrongPages.add(wrong.get());
            } else if (wrong.isPresent()) {
                moreFiles++;
            }
        }
    }

    private void addName(String name) {
        if (nameCount == names.length) {
            names = Arrays.copyOf(names, nameCount * 2);
        }
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        names[nameCount++] = hash;
    }
}
