package org.walarchive.core.wal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.walarchive.Compression;
import org.walarchive.core.codec.Codecs;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** WAL segments whose first page has the header of a real one; the rest is noise and zeros. */
public final class SegmentBuilder {

    /** The cluster unless told otherwise. */
    public static final SystemIdentifier CLUSTER = SystemIdentifier.parse("7319283746512093847");

    public static final SystemIdentifier OTHER_CLUSTER = SystemIdentifier.parse("7319283746512093848");

    private final WalSegmentName name;
    private int sizeBytes = 1 << 20;
    private int magic = 0xD116;
    private int info = 2;
    private long timeline;
    private long pageAddress;
    private SystemIdentifier cluster = CLUSTER;
    private int noiseBytes = 100_000;
    private long seed;

    private SegmentBuilder(WalSegmentName name) {
        this.name = name;
        timeline = name.timeline().value();
        size(sizeBytes);
    }

    /** Begins a segment of 1 MiB. */
    public static SegmentBuilder segment(String name) {
        return new SegmentBuilder(WalSegmentName.parse(name));
    }

    public SegmentBuilder size(int bytes) {
        sizeBytes = bytes;
        pageAddress = name.startLsn(WalSegmentSize.ofBytes(bytes)).value();
        return this;
    }

    public SegmentBuilder magic(int value) {
        magic = value;
        return this;
    }

    public SegmentBuilder info(int value) {
        info = value;
        return this;
    }

    public SegmentBuilder timeline(long value) {
        timeline = value;
        return this;
    }

    public SegmentBuilder pageAddress(long value) {
        pageAddress = value;
        return this;
    }

    public SegmentBuilder cluster(SystemIdentifier value) {
        cluster = value;
        return this;
    }

    /** Sets how much of the segment cannot be compressed. */
    public SegmentBuilder noise(int bytes) {
        noiseBytes = bytes;
        return this;
    }

    /** Sets what the noise is made of. */
    public SegmentBuilder seed(long value) {
        seed = value;
        return this;
    }

    public byte[] bytes() {
        byte[] bytes = new byte[sizeBytes];
        byte[] noise = new byte[Math.min(noiseBytes, sizeBytes - 40)];
        new Random(seed).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, 40, noise.length);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) magic)
                .putShort((short) info)
                .putInt((int) timeline)
                .putLong(pageAddress)
                .putInt(0)
                .putInt(0)
                .putLong(cluster.value())
                .putInt(sizeBytes)
                .putInt(8192);
        return bytes;
    }

    /** Writes the segment into a directory. */
    public Path in(Path directory) {
        return write(directory.resolve(name.toString()), bytes());
    }

    public static Path write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compresses as an object of the extension is. */
    public static byte[] compress(String extension, byte[] plain) {
        try {
            return Codecs.of(Compression.parse(extension.equals("zst") ? "zstd" : extension))
                    .compress(new ByteArrayInputStream(plain))
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] decompress(String extension, byte[] stored) throws IOException {
        return Codecs.forExtension(extension)
                .orElseThrow()
                .decompress(new ByteArrayInputStream(stored))
                .readAllBytes();
    }
}
