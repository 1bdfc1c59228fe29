package org.walarchive.core.codec;

final class Lz4ParallelTest extends ParallelCodecContract {

    @Override
    Codec sequential() {
        return new Lz4Codec();
    }

    @Override
    Integer[] boundarySizes() {
        return new Integer[] {0, 1, 1 << 20, (1 << 20) + 1, 9 << 20};
    }
}
