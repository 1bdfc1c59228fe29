package org.walarchive.core.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;

/** Builds members of one stored block with any header. */
final class LzopMember {

    private int version = 0x1040;
    private int needed = 0x0940;
    private int method = 1;
    private int flags = 1;
    private int filter;
    private String name = "";
    private boolean extraFieldSpoilt;

    LzopMember version(int value) {
        version = value;
        return this;
    }

    LzopMember needed(int value) {
        needed = value;
        return this;
    }

    LzopMember method(int value) {
        method = value;
        return this;
    }

    LzopMember flags(int value) {
        flags = value;
        return this;
    }

    LzopMember filter(int value) {
        filter = value;
        return this;
    }

    LzopMember name(String value) {
        name = value;
        return this;
    }

    LzopMember spoilExtraField() {
        extraFieldSpoilt = true;
        return this;
    }

    byte[] member(byte[] content) {
        ByteBuffer out = ByteBuffer.allocate(1000 + content.length);
        out.put(LzopFormat.magic());
        int start = out.position();
        out.putShort((short) version).putShort((short) 0x20a0).putShort((short) needed);
        out.put((byte) method).put((byte) 5).putInt(flags);
        if ((flags & 0x800) != 0) {
            out.putInt(filter);
        }
        out.putInt(0100644).putInt(1234567890).putInt(0);
        out.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
        putChecksum(out, headerChecksum(), start);
        if ((flags & 0x40) != 0) {
            int extra = out.position();
            out.putInt(5).put(new byte[] {1, 2, 3, 4, 5});
            putChecksum(out, headerChecksum(), extraFieldSpoilt ? extra + 4 : extra);
        }
        out.putInt(content.length).putInt(content.length);
        if ((flags & 0x1) != 0) {
            out.putInt(sum(new Adler32(), content, 0, content.length));
        }
        if ((flags & 0x100) != 0) {
            out.putInt(sum(new CRC32(), content, 0, content.length));
        }
        out.put(content).putInt(0);
        return Arrays.copyOf(out.array(), out.position());
    }

    private Checksum headerChecksum() {
        return (flags & 0x1000) != 0 ? new CRC32() : new Adler32();
    }

    private static void putChecksum(ByteBuffer out, Checksum checksum, int start) {
        out.putInt(sum(checksum, out.array(), start, out.position() - start));
    }

    private static int sum(Checksum checksum, byte[] bytes, int offset, int length) {
        checksum.update(bytes, offset, length);
        return (int) checksum.getValue();
    }
}
