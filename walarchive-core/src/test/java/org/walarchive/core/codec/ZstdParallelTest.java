package org.walarchive.core.codec;

final class ZstdParallelTest extends ParallelCodecContract {

    @Override
    Codec sequential() {
        return ZstdCodec.ofDefaultLevel();
    }

    @Override
    Integer[] boundarySizes() {
        return new Integer[] {0, 1, 4 << 20, (4 << 20) + 1, 13 << 20};
    }
}
