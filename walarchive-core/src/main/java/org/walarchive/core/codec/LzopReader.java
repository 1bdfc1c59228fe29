package org.walarchive.core.codec;

import io.airlift.compress.lzo.LzoDecompressor;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/** Reads what lzop and WAL-E write, members in sequence included. A block is delivered after its checksums agree. */
final class LzopReader extends BlockStream {

    /** One more byte of input makes at most 255 bytes more of output: a zero in a length. */
    private static final long MAX_EXPANSION = 255;

    private static final long EXPANSION_SLACK = 64;

    private final CompressedSource source;
    private final LzoDecompressor decompressor = new LzoDecompressor();
    private byte[] compressed = {};
    private byte[] plain = {};
    private @Nullable LzopHeader member;
    private boolean memberRead;

    LzopReader(InputStream compressed) {
        this.source = new CompressedSource("lzop", compressed);
    }

    @Override
    protected boolean makeBlock() throws IOException {
        while (true) {
            if (member == null) {
                if (memberRead && source.atEnd()) {
                    return false;
                }
                member = LzopHeader.read(source);
            }
            if (readBlock(member)) {
                return true;
            }
            memberRead = true;
            member = null;
        }
    }

    private boolean readBlock(LzopHeader header) throws IOException {
        long start = source.offset();
        int plainLength = source.readIntBigEndian();
        if (plainLength == 0) {
            return false;
        }
        int compressedLength = source.readIntBigEndian();
        requirePlausible(start, plainLength, compressedLength);
        boolean stored = compressedLength == plainLength;
        int plainAdler = header.has(LzopFormat.FLAG_ADLER32_PLAIN) ? source.readIntBigEndian() : 0;
        int plainCrc = header.has(LzopFormat.FLAG_CRC32_PLAIN) ? source.readIntBigEndian() : 0;
        boolean hasAdler = !stored && header.has(LzopFormat.FLAG_ADLER32_COMPRESSED);
        int compressedAdler = hasAdler ? source.readIntBigEndian() : 0;
        boolean hasCrc = !stored && header.has(LzopFormat.FLAG_CRC32_COMPRESSED);
        int compressedCrc = hasCrc ? source.readIntBigEndian() : 0;

        compressed = source.readGrowing(compressed, compressedLength);
        verify(hasAdler, new Adler32(), compressed, compressedLength, compressedAdler, start);
        verify(hasCrc, new CRC32(), compressed, compressedLength, compressedCrc, start);
        byte[] bytes = stored ? compressed : decompress(start, compressedLength, plainLength);
        verify(header.has(LzopFormat.FLAG_ADLER32_PLAIN), new Adler32(), bytes, plainLength, plainAdler, start);
        verify(header.has(LzopFormat.FLAG_CRC32_PLAIN), new CRC32(), bytes, plainLength, plainCrc, start);
        supply(bytes, 0, plainLength);
        return true;
    }

    private void requirePlausible(long start, int plainLength, int compressedLength) throws IOException {
        if (plainLength < 0 || plainLength > LzopFormat.MAX_BLOCK_BYTES) {
            throw source.corruptAt(start, "a block of " + (plainLength & 0xffff_ffffL) + " bytes is too long", null);
        }
        if (compressedLength <= 0
                || compressedLength > plainLength
                || plainLength > compressedLength * MAX_EXPANSION + EXPANSION_SLACK) {
            throw source.corruptAt(
                    start,
                    "a block cannot have " + plainLength + " bytes plain and " + (compressedLength & 0xffff_ffffL)
                            + " compressed",
                    null);
        }
    }

    private byte[] decompress(long start, int compressedLength, int plainLength) throws IOException {
        if (plain.length < plainLength) {
            plain = new byte[plainLength];
        }
        int length;
        try {
            length = decompressor.decompress(compressed, 0, compressedLength, plain, 0, plainLength);
        } catch (RuntimeException e) { // the decoder names no closed set of exceptions for damaged input
            throw source.corruptAt(start, "a block cannot be decompressed", e);
        }
        if (length != plainLength) {
            throw source.corruptAt(start, "a block has " + length + " bytes, not " + plainLength, null);
        }
        return plain;
    }

    private void verify(boolean present, Checksum checksum, byte[] bytes, int length, int expected, long start)
            throws IOException {
        if (present) {
            checksum.update(bytes, 0, length);
            if ((int) checksum.getValue() != expected) {
                throw source.corruptAt(start, "the checksum of a block does not match", null);
            }
        }
    }

    @Override
    protected void release() throws IOException {
        source.close();
    }
}
