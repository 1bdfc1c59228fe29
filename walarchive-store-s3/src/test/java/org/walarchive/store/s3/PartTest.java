package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.walarchive.store.support.PartBuffer;

final class PartTest {

    @Test
    void tenThousandPartsReachTheLargestObject() {
        long total = IntStream.rangeClosed(1, PartSizes.MOST_PARTS)
                .mapToLong(number -> PartSizes.bytes(number, SettingsReader.DEFAULT_PART_SIZE_BYTES))
                .sum();
        assertTrue(total >= 5L << 40, () -> total + " bytes");
        assertTrue(
                PartSizes.bytes(PartSizes.MOST_PARTS, SettingsReader.DEFAULT_PART_SIZE_BYTES) <= 5L << 30,
                "S3 takes parts of up to 5 GiB");
        assertEquals(8 << 20, PartSizes.bytes(1000, 8 << 20));
        assertEquals(16 << 20, PartSizes.bytes(1001, 8 << 20));
    }

    @Test
    void digestsAreThoseOfTheProtocol() throws IOException {
        PartBuffer buffer = new PartBuffer();
        assertTrue(buffer.fill(new ByteArrayInputStream("123456789".getBytes(StandardCharsets.US_ASCII)), 100));
        assertEquals("4waSgw==", Checksums.crc32c(buffer));
        assertEquals("JfnnlDI7RTiF9RgfG2JNCw==", Checksums.md5(buffer));
    }
}
