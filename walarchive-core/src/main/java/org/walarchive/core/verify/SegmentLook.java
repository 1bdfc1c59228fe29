package org.walarchive.core.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** Reads one segment: its length, first page, pages and records. */
final class SegmentLook {

    /** The formats whose records are known: those of PostgreSQL 9.5, 9.6, 10 … 18. */
    private static final Set<Integer> MAGICS =
            Set.of(0xD087, 0xD093, 0xD097, 0xD098, 0xD101, 0xD106, 0xD10D, 0xD110, 0xD113, 0xD116, 0xD118);

    private static final int FIRST_MAGIC = 0xD087;
    private static final int LAST_MAGIC = 0xD118;

    private final WalSegmentName name;
    private final WalSegmentSize size;
    private final Completeness completeness;

    /** Whether WAL has to go on to the end of the segment. */
    enum Completeness {
        WHOLE,
        /** The last segment of a timeline that was left: WAL ends somewhere in it. */
        PARTIAL
    }

    SegmentLook(WalSegmentName name, WalSegmentSize size, Completeness completeness) {
        this.name = name;
        this.size = size;
        this.completeness = completeness;
    }

    /**
     * What a segment is like.
     *
     * @param fault what is wrong with it
     * @param cluster whose it is
     * @param edges how it begins and ends; null if it is damaged, or its records were not followed
     * @param followed whether its records were followed
     */
    record Result(
            Optional<String> fault,
            Optional<SystemIdentifier> cluster,
            @Nullable SegmentEdges edges,
            boolean followed) {

        static Result bad(String fault) {
            return new Result(Optional.of(fault), Optional.empty(), null, true);
        }
    }

    Result read(InputStream plain) throws IOException {
        byte[] head = plain.readNBytes(WalPageHeader.LENGTH);
        Optional<WalPageHeader> parsed = WalPageHeader.parse(head);
        if (parsed.isEmpty()) {
            return Result.bad(WalPageHeader.mismatch(head, name, size.bytes()).orElse("it is no segment"));
        }
        WalPageHeader header = parsed.get();
        Optional<String> mismatch = header.mismatch(name, size.bytes());
        if (mismatch.isPresent()) {
            return Result.bad(mismatch.get());
        }
        long page = header.blockSize();
        if (page < 1024 || page > 65536 || Long.bitCount(page) != 1) {
            return Result.bad("the first page says pages of WAL have " + page + " bytes");
        }
        if (header.magic() > FIRST_MAGIC && header.magic() < LAST_MAGIC && !MAGICS.contains(header.magic())) {
            return Result.bad(String.format(
                    "the first page begins with %04X, as no release of PostgreSQL writes it", header.magic()));
        }
        return pages(head, header, (int) page, plain);
    }

    private Result pages(byte[] head, WalPageHeader header, int pageBytes, InputStream plain) throws IOException {
        boolean known = MAGICS.contains(header.magic());
        RecordChain chain = new RecordChain(name, size, header, order(head));
        byte[] page = Arrays.copyOf(head, pageBytes);
        Optional<String> fault = Optional.empty();
        boolean follow = known;
        long length = head.length;
        int filled = head.length;
        while (true) {
            int count = plain.readNBytes(page, filled, pageBytes - filled);
            length += count;
            if (filled + count < pageBytes) {
                break;
            }
            if (follow && length <= size.bytes()) {
                fault = chain.page(page);
                follow = fault.isEmpty() && !chain.ended();
            }
            filled = 0;
        }
        if (length != size.bytes()) {
            return Result.bad("it has " + length + " bytes, and segments have " + size.bytes());
        }
        if (fault.isPresent() && completeness == Completeness.WHOLE) {
            return Result.bad(fault.get());
        }
        return new Result(
                Optional.empty(),
                Optional.of(header.systemIdentifier()),
                known && fault.isEmpty() ? chain.edges() : null,
                known);
    }

    private static ByteOrder order(byte[] head) {
        // a magic number is 0xD0xx or 0xD1xx
        return (head[1] & 0xFE) == 0xD0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }
}
