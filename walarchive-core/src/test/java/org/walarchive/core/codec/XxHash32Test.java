package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.codec.digest.XXHash32;

final class XxHash32Test {

    @Example
    void hashesAsTheSpecificationSays() {
        assertEquals(0x02CC5D05, hash(""));
        assertEquals(0x550D7456, hash("a"));
        assertEquals(0x32D153FF, hash("abc"));
    }

    @Property(tries = 200)
    void agreesWithCommonsCodecHoweverTheContentIsCut(
            @ForAll @Size(max = 9000) byte[] content, @ForAll @IntRange(max = 9000) int cut) {
        int first = Math.min(cut, content.length);
        XXHash32 expected = new XXHash32();
        expected.update(content, 0, content.length);
        XxHash32 actual = new XxHash32();
        actual.update(content, 0, first);
        actual.update(content, first, content.length - first);
        assertEquals((int) expected.getValue(), actual.value());
        assertEquals((int) expected.getValue(), XxHash32.of(content, 0, content.length));
    }

    private static int hash(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return XxHash32.of(bytes, 0, bytes.length);
    }
}
