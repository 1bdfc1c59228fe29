package org.walarchive.core.drill;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.postgres.Lsn;

/**
 * Looks in WAL for records of {@code CREATE TABLESPACE}. Their replay links {@code pg_tblspc/OID} to the path that the original
 * server gave, wherever the copy is: on the machine of the original, a drill would write into the original's tablespace
 * ({@code create_tablespace_directories} in {@code tablespace.c}).
 *
 * <p>A record ({@code xlogrecord.h}, 9.5 to 18) begins at a multiple of 8 and goes on behind the header of the next page. Any
 * place where resource manager, kind, length and checksum agree is one.
 */
final class TablespaceGuard {

    /** What {@code configure --with-wal-blocksize} takes. */
    private static final Set<Long> PAGE_SIZES = Set.of(1024L, 2048L, 4096L, 8192L, 16384L, 32768L, 65536L);

    private static final int XLP_LONG_HEADER = 0x0002;
    private static final int SHORT_HEADER = 24;
    private static final int LONG_HEADER = 40;

    private static final int RECORD_HEADER = 24;
    private static final int RM_TBLSPC_ID = 5;
    private static final int XLOG_TBLSPC_CREATE = 0x00;
    private static final int XLR_INFO_MASK = 0x0F;
    private static final int DATA_SHORT = 255;
    private static final int DATA_LONG = 254;

    /** Header, long header of data, OID, and a path of {@code MAXPGPATH}. */
    private static final int LONGEST_RECORD = RECORD_HEADER + 5 + 4 + 1024;

    private final Lsn from;
    private byte[] previous = new byte[0];
    private long previousStart;
    private long previousEnd = -1;

    /**
     * Makes a guard.
     *
     * @param from where recovery begins: records before it are not replayed
     */
    TablespaceGuard(Lsn from) {
        this.from = from;
    }

    /**
     * A tablespace that WAL creates.
     *
     * @param oid its OID
     * @param location its path
     * @param lsn where the record begins
     */
    record Creation(long oid, String location, Lsn lsn) {}

    /**
     * Looks through a segment. Segments that follow each other are to be given one after the other, for a record may begin in one
     * and end in the next.
     *
     * @param segment a whole segment of this machine's byte order
     * @return the first tablespace that it creates outside of the data directory
     */
    Optional<Creation> find(Path segment) throws IOException {
        try (InputStream stream = Files.newInputStream(segment)) {
            byte[] head = stream.readNBytes(LONG_HEADER);
            Optional<WalPageHeader> header = WalPageHeader.parse(head);
            if (header.isEmpty() || !PAGE_SIZES.contains(header.get().blockSize())) {
                return Optional.empty(); // none that a server would replay
            }
            byte[] page = new byte[(int) header.get().blockSize()];
            System.arraycopy(head, 0, page, 0, head.length);
            int filled = head.length;
            long address = header.get().pageAddress().value();
            while (stream.readNBytes(page, filled, page.length - filled) == page.length - filled) {
                ByteBuffer fields = ByteBuffer.wrap(page).order(ByteOrder.nativeOrder());
                if (fields.getLong(8) != address) {
                    break; // what the file held before it was used anew
                }
                int length = (fields.getShort(2) & XLP_LONG_HEADER) == 0 ? SHORT_HEADER : LONG_HEADER;
                Optional<Creation> creation = add(page, length, address);
                if (creation.isPresent()) {
                    return creation;
                }
                address += page.length;
                filled = 0;
            }
            return scan(previous, previous.length);
        }
    }

    /** Looks at the records that begin in the page before, now that the one they may end in is known. */
    private Optional<Creation> add(byte[] page, int headerLength, long address) {
        int length = page.length - headerLength;
        Optional<Creation> found = Optional.empty();
        if (address == previousEnd) {
            byte[] both = new byte[previous.length + Math.min(length, LONGEST_RECORD)];
            System.arraycopy(previous, 0, both, 0, previous.length);
            System.arraycopy(page, headerLength, both, previous.length, both.length - previous.length);
            found = scan(both, previous.length);
        }
        previous = new byte[length];
        System.arraycopy(page, headerLength, previous, 0, length);
        previousStart = address + headerLength;
        previousEnd = address + page.length;
        return found;
    }

    private Optional<Creation> scan(byte[] bytes, int beginsBefore) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        for (int at = 0; at < beginsBefore && at + RECORD_HEADER < bytes.length; at += 8) {
            boolean kind = bytes[at + 17] == RM_TBLSPC_ID && (bytes[at + 16] & ~XLR_INFO_MASK) == XLOG_TBLSPC_CREATE;
            Lsn lsn = new Lsn(previousStart + at);
            if (kind && lsn.compareTo(from) >= 0) {
                Optional<Creation> creation = read(buffer, at, lsn);
                if (creation.isPresent() && !creation.get().location().isEmpty()) {
                    return creation;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Creation> read(ByteBuffer buffer, int at, Lsn lsn) {
        int length = buffer.getInt(at);
        if (length <= RECORD_HEADER + 2 + 4 || length > LONGEST_RECORD || at + length > buffer.capacity()) {
            return Optional.empty();
        }
        int marker = buffer.get(at + RECORD_HEADER) & 0xFF;
        int data = at + RECORD_HEADER + (marker == DATA_SHORT ? 2 : 5);
        if (marker != DATA_SHORT && marker != DATA_LONG || crc(buffer, at, length) != buffer.getInt(at + 20)) {
            return Optional.empty();
        }
        int end = data + 4;
        while (end < at + length && buffer.get(end) != 0) {
            end++;
        }
        String location = new String(buffer.array(), data + 4, end - data - 4, StandardCharsets.UTF_8);
        return Optional.of(new Creation(buffer.getInt(data) & 0xFFFFFFFFL, location, lsn));
    }

    /** The checksum is of what follows the header, then of the header without the checksum. */
    private static int crc(ByteBuffer buffer, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.array(), at + RECORD_HEADER, length - RECORD_HEADER);
        crc.update(buffer.array(), at, 20);
        return (int) crc.getValue();
    }
}
