package org.walarchive.core.tar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.openjdk.jmh.annotations.Warmup;

/** 16 MB of files in memory, as a tar stream and back: what tar itself costs. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class TarBenchmark {

    private static final int BYTES = 16 << 20;

    @Param({"8192", "1048576"})
    int fileBytes;

    private Partition partition;
    private byte[] archive;

    @Setup
    public void setUp() throws IOException {
        MemberAttributes attributes =
                new MemberAttributes(0600, FileTime.fromMillis(0), 26, 26, "postgres", "postgres");
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < BYTES / fileBytes; i++) {
            members.add(new Member.MemoryFile("base/5/" + (16384 + i), new byte[fileBytes], attributes));
        }
        partition = Partition.of(0, members);
        try (InputStream in = partition.open()) {
            archive = in.readAllBytes();
        }
    }

    @Benchmark
    public long write() throws IOException {
        try (InputStream in = partition.open()) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Benchmark
    public long read() throws IOException {
        TarReader tar = new TarReader(new ByteArrayInputStream(archive));
        byte[] buffer = new byte[256 * 1024];
        long bytes = 0;
        for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
                bytes += n;
            }
        }
        return bytes;
    }
}
