package org.walarchive.core.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.postgres.Lsn;

/**
 * Holds the pages of relations against their checksums. Pages that were changed since the backup began are not judged: they may
 * have been read while they were written, and WAL brings them back whole. Nor are free space maps, which no WAL protects: the server
 * takes a torn page of theirs for an empty one.
 */
final class RelationPages {

    /** The size of pages, and of a relation's files, that servers are built with unless told otherwise. */
    static final int PAGE_BYTES = 8192;

    private static final long FILE_BYTES = 1L << 30;
    private static final Pattern RELATION = Pattern.compile(
            "(?:global|base/[0-9]+|pg_tblspc/[0-9]+/PG_[^/]+/[0-9]+)/[0-9]+(?:_(?:vm|init))?(?:\\.([0-9]{1,6}))?");

    private final Lsn backupStart;
    private final ByteOrder order;

    RelationPages(Lsn backupStart) {
        this.backupStart = backupStart;
        this.order = ByteOrder.nativeOrder();
    }

    /**
     * Pages that are not as they were written.
     *
     * @param file the file
     * @param count how many pages of it
     * @param firstBlock the first one's number in the relation
     */
    record WrongPages(String file, long count, long firstBlock) {}

    static boolean isRelation(String name) {
        return RELATION.matcher(name).matches();
    }

    /** Reads a file; a part of a page at its end is passed over. */
    Optional<WrongPages> check(String name, InputStream content) throws IOException {
        Matcher matcher = RELATION.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long block = matcher.group(1) == null ? 0 : Long.parseLong(matcher.group(1)) * (FILE_BYTES / PAGE_BYTES);
        byte[] page = new byte[PAGE_BYTES];
        long count = 0;
        long first = 0;
        while (content.readNBytes(page, 0, PAGE_BYTES) == PAGE_BYTES) {
            if (isWrong(page, block)) {
                first = count == 0 ? block : first;
                count++;
            }
            block++;
        }
        return count == 0 ? Optional.empty() : Optional.of(new WrongPages(name, count, first));
    }

    private boolean isWrong(byte[] page, long block) {
        ByteBuffer header = ByteBuffer.wrap(page).order(order);
        long lsn = (long) header.getInt(0) << 32 | header.getInt(4) & 0xFFFFFFFFL;
        int upper = header.getShort(14);
        if (upper == 0) {
            // a new page: the server has not written anything to it
            return !isZero(page);
        }
        return new Lsn(lsn).compareTo(backupStart) < 0
                && PageChecksum.of(page, order, block) != (header.getShort(8) & 0xFFFF);
    }

    private static boolean isZero(byte[] page) {
        for (byte b : page) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
