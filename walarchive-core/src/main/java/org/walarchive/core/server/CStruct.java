package org.walarchive.core.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the members of a C structure one after the other, each at the alignment of its type on 64-bit machines. */
final class CStruct {

    private final ByteBuffer buffer;

    CStruct(byte[] bytes, ByteOrder order) {
        buffer = ByteBuffer.wrap(bytes).order(order);
    }

    CStruct align(int size) {
        buffer.position((buffer.position() + size - 1) / size * size);
        return this;
    }

    int position() {
        return buffer.position();
    }

    boolean bool() {
        return buffer.get() != 0;
    }

    int int16() {
        return align(2).buffer.getShort() & 0xFFFF;
    }

    int int32() {
        return align(4).buffer.getInt();
    }

    long uint32() {
        return int32() & 0xFFFFFFFFL;
    }

    long int64() {
        return align(8).buffer.getLong();
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    void skip(int bytes) {
        buffer.position(buffer.position() + bytes);
    }

    void skipInt32(int count) {
        align(4).skip(4 * count);
    }

    void skipInt64(int count) {
        align(8).skip(8 * count);
    }
}
