package org.walarchive.core.codec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.walarchive.Compression;

/** 16 MB, of pages like a table's: as a WAL segment is compressed, as a base backup is, and back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class CodecBenchmark {

    private static final int BYTES = 16 << 20;
    private static final int ROW_BYTES = 128;
    private static final int FILLER_BYTES = 84;

    @Param({"lzo", "lz4", "zstd", "zstd:1"})
    String method;

    private Codec codec;
    private byte[] plain;
    private byte[] compressed;
    private CompressionWorkers workers;

    /** Makes rows of random numbers and blanks, about 1 in 3 when compressed. */
    @Setup
    public void setUp() throws IOException {
        Random random = new Random(1);
        ByteBuffer rows = ByteBuffer.allocate(BYTES);
        byte[] blanks = " ".repeat(FILLER_BYTES).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        while (rows.remaining() >= ROW_BYTES) {
            byte[] numbers = new byte[ROW_BYTES - FILLER_BYTES];
            random.nextBytes(numbers);
            rows.put(numbers).put(blanks);
        }
        plain = rows.array();
        codec = Codecs.of(Compression.parse(method));
        workers = new CompressionWorkers(Runtime.getRuntime().availableProcessors());
        try (InputStream in = codec.compress(new ByteArrayInputStream(plain))) {
            compressed = in.readAllBytes();
        }
    }

    @TearDown
    public void tearDown() {
        workers.close();
    }

    @Benchmark
    public long compress() throws IOException {
        return drain(codec.compress(new ByteArrayInputStream(plain)));
    }

    @Benchmark
    public long compressByThreads() throws IOException {
        return drain(codec.compress(new ByteArrayInputStream(plain), workers));
    }

    @Benchmark
    public long decompress() throws IOException {
        return drain(codec.decompress(new ByteArrayInputStream(compressed)));
    }

    private static long drain(InputStream stream) throws IOException {
        try (stream) {
            return stream.transferTo(OutputStream.nullOutputStream());
        }
    }
}
