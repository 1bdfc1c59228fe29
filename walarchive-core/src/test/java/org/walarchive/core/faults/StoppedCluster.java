package org.walarchive.core.faults;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** A made-up cluster of PostgreSQL 16 that was shut down cleanly, and its WAL, with segments of 1 MiB. */
final class StoppedCluster {

    static final WalSegmentSize SIZE = WalSegmentSize.ofBytes(1 << 20);

    /** Of a release that is yet to come, whose records nobody follows: the segments hold noise. */
    private static final int MAGIC = 0xD119;

    private static final int SHUT_DOWN = 1;
    private static final int RECORD = 40;

    private StoppedCluster() {}

    static WalSegmentName segment(long number) {
        return WalSegmentName.at(new TimelineId(1), number, SIZE);
    }

    /** The content of a segment. */
    static byte[] wal(long number) {
        return SegmentBuilder.segment(segment(number).toString())
                .magic(MAGIC)
                .noise(6000)
                .seed(number)
                .bytes();
    }

    /** Makes a data directory, shut down in a segment. */
    static void make(Path directory, long checkpoint) {
        files(checkpoint).forEach((name, bytes) -> SegmentBuilder.write(directory.resolve(name), bytes));
    }

    /** The files of a data directory, by their names: two partitions, and what is in the last one. */
    static Map<String, byte[]> files(long checkpoint) {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("PG_VERSION", text("16\n"));
        files.put("postgresql.conf", text("port = 1\n"));
        for (int file = 0; file < 2; file++) {
            byte[] bytes = new byte[700_000];
            byte[] noise = new byte[4000];
            new Random(checkpoint * 10 + file).nextBytes(noise);
            System.arraycopy(noise, 0, bytes, 1000, noise.length);
            files.put("base/1/" + (16384 + file), bytes);
        }
        files.put("global/pg_control", control(checkpoint));
        files.put("pg_wal/" + segment(checkpoint), wal(checkpoint));
        return files;
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** {@code ControlFileData} of PostgreSQL 13 to 16, as far as it is read. */
    private static byte[] control(long checkpoint) {
        Lsn record = segment(checkpoint).startLsn(SIZE).plus(RECORD);
        ByteBuffer file = ByteBuffer.allocate(8192)
                .order(ByteOrder.nativeOrder())
                .putLong(0, SegmentBuilder.CLUSTER.value())
                .putInt(8, 1300)
                .putInt(12, 202307071)
                .putInt(16, SHUT_DOWN)
                .putLong(32, record.value())
                .putLong(40, record.value())
                .putInt(48, 1)
                .putInt(52, 1)
                .putInt(216, 8192)
                .putInt(228, SIZE.bytes());
        CRC32C crc = new CRC32C();
        crc.update(file.array(), 0, 288);
        file.putInt(288, (int) crc.getValue());
        return file.array();
    }
}
