package org.walarchive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WalQueueLimitTest {

    @ParameterizedTest
    @CsvSource({
        "1048576, 1048576",
        "1048576B, 1048576",
        "1024kB, 1048576",
        "1 MB, 1048576",
        "500MiB, 524288000",
        "100gb, 107374182400",
        "100G, 107374182400",
        "1TB, 1099511627776",
    })
    void isRead(String text, long bytes) {
        assertEquals(bytes, WalQueueLimit.parse(text).bytes());
        assertEquals(
                bytes,
                WalQueueLimit.parse(new WalQueueLimit(bytes).bytes() + "").bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GB",
                "-1GB",
                "1.5GB",
                "1e9",
                "1 0GB",
                "10GBs",
                "10 percent",
                "0",
                "100",
                "1023kB",
                "9000000TB",
                "9999999999999999999",
                "1PB"
            })
    void isRefused(String text) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> WalQueueLimit.parse(text), text);
        assertTrue(e.getMessage().contains(text.matches("0|100|1023kB") ? "less than 1 MiB" : text), e.getMessage());
    }
}
