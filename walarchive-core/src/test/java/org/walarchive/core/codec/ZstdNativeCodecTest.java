package org.walarchive.core.codec;

import java.util.OptionalInt;

class ZstdNativeCodecTest extends CodecContract {

    @Override
    Codec codec() {
        return ZstdCodec.ofLevel(OptionalInt.of(1));
    }

    @Override
    Integer[] boundarySizes() {
        return new Integer[] {0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1};
    }
}
