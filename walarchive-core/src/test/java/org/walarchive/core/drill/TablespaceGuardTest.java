package org.walarchive.core.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** Two segments of 1 MiB that follow each other, full of noise, with one record somewhere in them. */
final class TablespaceGuardTest {

    private static final int SIZE = 1 << 20;
    private static final int PAGE = 8192;
    private static final WalSegmentName FIRST = WalSegmentName.parse("000000010000000000000007");
    private static final long BEGIN =
            FIRST.startLsn(WalSegmentSize.ofBytes(SIZE)).value();

    /** What two segments hold behind the headers of their pages. */
    private static final int CAPACITY = 2 * (SIZE - SIZE / PAGE * 24 - 16);

    private final byte[] stream = new byte[CAPACITY];

    @BeforeTry
    void fill() {
        new Random(1).nextBytes(stream);
    }

    private static byte[] record(int oid, String location, int kind) {
        byte[] path = location.getBytes(StandardCharsets.UTF_8);
        int data = 4 + path.length + 1;
        boolean isShort = data < 256;
        int length = 24 + (isShort ? 2 : 5) + data;
        ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        record.putInt(length).putInt(731).putLong(BEGIN).put((byte) kind).put((byte) 5);
        record.position(24);
        if (isShort) {
            record.put((byte) 255).put((byte) data);
        } else {
            record.put((byte) 254).putInt(data);
        }
        record.putInt(oid).put(path);
        CRC32C crc = new CRC32C();
        crc.update(record.array(), 24, length - 24);
        crc.update(record.array(), 0, 20);
        record.putInt(20, (int) crc.getValue());
        return record.array();
    }

    /** Puts a record into the stream; returns where it begins in WAL. */
    private long put(byte[] record, int eighth) {
        int at = Math.min(eighth * 8, (CAPACITY - record.length) / 8 * 8);
        System.arraycopy(record, 0, stream, at, record.length);
        long position = 0;
        for (int page = 0; page < 2 * SIZE / PAGE; page++) {
            int header = page % (SIZE / PAGE) == 0 ? 40 : 24;
            if (at < position + PAGE - header) {
                return BEGIN + (long) page * PAGE + header + at - position;
            }
            position += PAGE - header;
        }
        throw new AssertionError(at);
    }

    private byte[] segment(int number) {
        byte[] segment = new byte[SIZE];
        int from = number * CAPACITY / 2;
        for (int page = 0; page < SIZE / PAGE; page++) {
            int header = page == 0 ? 40 : 24;
            ByteBuffer.wrap(segment, page * PAGE, PAGE)
                    .order(ByteOrder.nativeOrder())
                    .putShort((short) 0xD116)
                    .putShort((short) 1)
                    .putInt(1)
                    .putLong(BEGIN + (long) number * SIZE + page * PAGE);
            System.arraycopy(stream, from, segment, page * PAGE + header, PAGE - header);
            from += PAGE - header;
        }
        WalSegmentName name = number == 0 ? FIRST : FIRST.next(WalSegmentSize.ofBytes(SIZE));
        byte[] head = SegmentBuilder.segment(name.toString()).noise(0).bytes();
        System.arraycopy(head, 0, segment, 0, 40);
        return segment;
    }

    private static Optional<TablespaceGuard.Creation> find(TablespaceGuard guard, byte[]... segments)
            throws IOException {
        Path directory = Files.createTempDirectory("guard");
        Path file = directory.resolve("segment");
        try {
            for (byte[] segment : segments) {
                Files.write(file, segment);
                Optional<TablespaceGuard.Creation> found = guard.find(file);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    private Optional<TablespaceGuard.Creation> find(long from) throws IOException {
        return find(new TablespaceGuard(new Lsn(from)), segment(0), segment(1));
    }

    @Property(tries = 150)
    void findsARecordWhereverItIs(
            @ForAll @IntRange(max = CAPACITY / 8) int eighth, @ForAll @IntRange(min = 1, max = 1023) int length)
            throws IOException {
        String location = "/" + "x".repeat(length - 1);
        long lsn = put(record(16_385, location, 0), eighth);
        assertEquals(Optional.of(new TablespaceGuard.Creation(16_385, location, new Lsn(lsn))), find(lsn));
        assertEquals(Optional.empty(), find(lsn + 8));
    }

    @Property(tries = 60)
    void findsARecordAcrossPagesAndSegments(@ForAll @IntRange(min = -5, max = 5) int eighths, @ForAll boolean segment)
            throws IOException {
        int end = segment ? CAPACITY / 2 : PAGE - 40;
        long lsn = put(record(16_385, "/srv/fast", 2), end / 8 + eighths);
        assertEquals(new Lsn(lsn), find(BEGIN).orElseThrow().lsn());
    }

    @Property(tries = 60)
    void aRecordWithAWrongBitIsNone(@ForAll @IntRange(max = 40 * 8 - 1) int bit) throws IOException {
        byte[] record = record(16_385, "/srv/fast", 0);
        record[bit / 8 % record.length] ^= (byte) (1 << bit % 8);
        put(record, 1000);
        assertEquals(Optional.empty(), find(BEGIN));
    }

    @Property(tries = 1)
    void dropsAndTablespacesInPlaceAreOfNoConcern() throws IOException {
        put(record(16_385, "/srv/fast", 0x10), 1000);
        put(record(16_385, "", 0), 2000);
        assertEquals(Optional.empty(), find(BEGIN));
    }

    @Property(tries = 1)
    void whatTheFileHeldBeforeItWasUsedAnewIsOfNoConcern() throws IOException {
        put(record(16_385, "/srv/fast", 0), 100_000);
        byte[] segment = segment(0);
        for (int page = 50; page < SIZE / PAGE; page++) {
            segment[page * PAGE + 11] ^= 1;
        }
        assertEquals(Optional.empty(), find(new TablespaceGuard(new Lsn(BEGIN)), segment));
    }

    @Property(tries = 1)
    void segmentsThatDoNotFollowEachOtherAreNotJoined() throws IOException {
        put(record(16_385, "/srv/fast", 0), CAPACITY / 16 - 2);
        TablespaceGuard guard = new TablespaceGuard(new Lsn(BEGIN));
        assertEquals(Optional.empty(), find(guard, segment(1), segment(0)));
    }
}
