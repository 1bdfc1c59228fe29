package org.walarchive.core.codec;

final class LzopParallelTest extends ParallelCodecContract {

    @Override
    Codec sequential() {
        return new LzopCodec();
    }

    @Override
    Integer[] boundarySizes() {
        return new Integer[] {0, 1, 256 * 1024, 256 * 1024 + 1, 3 << 20};
    }
}
