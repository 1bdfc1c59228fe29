package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.walarchive.store.swift.Manifest.Segment;

final class SegmentLayoutTest {

    private static String md5(byte[] bytes, int from, int length) {
        MessageDigest digest = Md5.digest();
        digest.update(bytes, from, length);
        return Md5.hex(digest);
    }

    /** Cuts a content as a put does: all pieces of a size, then all of the next, the last one shorter. */
    private static List<Segment> cut(byte[] content, List<Integer> sizes) {
        List<Segment> segments = new ArrayList<>();
        int from = 0;
        for (int i = 0; from < content.length; i++) {
            int size = Math.min(content.length - from, sizes.get(Math.min(i / 3, sizes.size() - 1)));
            segments.add(new Segment("/c/" + i, md5(content, from, size), size));
            from += size;
        }
        return segments;
    }

    @Property(tries = 1000)
    void theContentAgreesHoweverItIsReadAndNoOtherDoes(
            @ForAll @IntRange(min = 1, max = 500) int length,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 60) Integer> ascending,
            @ForAll @IntRange(min = 1, max = 100) int step,
            @ForAll int seed) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        List<Integer> sizes = ascending.stream().sorted().toList();
        SegmentLayout layout = SegmentLayout.of("0123456789abcdef", cut(content, sizes));
        assertEquals(Optional.of(layout), SegmentLayout.parse(layout.toString()));
        assertTrue(agrees(layout, content, step));
        content[Math.floorMod(seed, length)] ^= 1;
        assertFalse(agrees(layout, content, step));
    }

    private static boolean agrees(SegmentLayout layout, byte[] content, int step) {
        Checksum checksum = Checksum.of(layout);
        for (int from = 0; from < content.length; from += step) {
            checksum.update(content, from, Math.min(step, content.length - from));
        }
        return checksum.agrees();
    }

    @Test
    void whatIsLongerThanItsSegmentsDoesNotAgree() {
        byte[] content = new byte[100];
        SegmentLayout layout = SegmentLayout.of("0123456789abcdef", cut(content, List.of(30)));
        assertTrue(layout.toString().startsWith("0123456789abcdef 4x30 "), layout::toString);
        assertTrue(agrees(layout, content, 7));
        assertFalse(agrees(layout, new byte[99], 7));
        assertFalse(agrees(layout, new byte[121], 7));
    }

    @Test
    void theHeaderOfAnotherClientIsNotTakenForALayout() {
        for (String text : List.of(
                "",
                "x",
                "1x2",
                "1x2 abc",
                "0123456789abcdef 99999x1 " + "0".repeat(32),
                "0123456789abcdef 1x1 " + "G".repeat(32),
                "../x/9abcdef 1x1 " + "0".repeat(32))) {
            assertEquals(Optional.empty(), SegmentLayout.parse(text), text);
        }
    }

    @Test
    void segmentsGrowSoThatAThousandHoldHundredsOfGigabytes() {
        long sum = 0;
        for (int number = 1; number <= SegmentSizes.MOST_SEGMENTS; number++) {
            long size = SegmentSizes.bytes(number, SettingsReader.DEFAULT_SEGMENT_SIZE_BYTES);
            assertTrue(size <= 5L << 30);
            sum += size;
        }
        assertEquals(799, sum >> 30);
        assertEquals(8 << 20, SegmentSizes.bytes(100, 8 << 20));
        assertEquals(16 << 20, SegmentSizes.bytes(101, 8 << 20));
        assertEquals(5L << 30, SegmentSizes.bytes(1000, 1 << 30));
    }
}
