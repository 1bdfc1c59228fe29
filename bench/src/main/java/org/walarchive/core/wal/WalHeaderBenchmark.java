package org.walarchive.core.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;

/** The check of a WAL segment's first page header against its name. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class WalHeaderBenchmark {

    private static final int SEGMENT_BYTES = 16 << 20;

    private byte[] head;
    private WalFileName name;

    /** Makes the header of PostgreSQL 15's 000000010000000000000009: XLogLongPageHeaderData. */
    @Setup
    public void setUp() {
        head = ByteBuffer.allocate(40)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0xD110)
                .putShort((short) 2)
                .putInt(1)
                .putLong(9L * SEGMENT_BYTES)
                .putInt(0)
                .putInt(0)
                .putLong(7319283746512093847L)
                .putInt(SEGMENT_BYTES)
                .putInt(8192)
                .array();
        name = WalFileName.recognise("000000010000000000000009").orElseThrow();
    }

    @Benchmark
    public Optional<SystemIdentifier> check() throws WalContentCheck.Mismatch {
        return WalContentCheck.check(name, head, SEGMENT_BYTES);
    }
}
