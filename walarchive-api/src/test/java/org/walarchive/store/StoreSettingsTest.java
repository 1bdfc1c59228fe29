package org.walarchive.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.store.StoreException.Kind;

final class StoreSettingsTest {

    @Test
    void emptyIsAbsent() throws StoreException {
        StoreSettings settings = StoreSettings.of(Map.of("A", "", "B", "7"));
        assertEquals(Optional.empty(), settings.get("A"));
        assertEquals(Optional.empty(), settings.get("A", Integer::parseInt));
        assertEquals(Optional.of(7), settings.get("B", Integer::parseInt));
    }

    @Test
    void whatCannotBeReadNamesTheSetting() {
        StoreSettings settings = StoreSettings.of(Map.of("A", "seven"));
        StoreException failure = assertThrows(StoreException.class, () -> settings.get("A", Integer::parseInt));
        assertEquals("A \"seven\" is not a number", failure.getMessage());
        assertEquals(Kind.INVALID, failure.kind());
        assertEquals("Correct or unset it.", failure.hint().orElseThrow());
        failure = assertThrows(
                StoreException.class,
                () -> settings.get("A", text -> {
                    throw new IllegalArgumentException("it is odd");
                }));
        assertEquals("A cannot be read: it is odd", failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "0.25, 250", "0.0001, 1", "3600, 3600000"})
    void timeoutsAreSeconds(String text, long millis) throws StoreException {
        assertEquals(
                Optional.of(Duration.ofMillis(millis)),
                StoreSettings.of(Map.of("T", text)).timeout("T"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "3600.1", "1e9", "5s", "NaN"})
    void otherTimeoutsAreRefused(String text) {
        StoreSettings settings = StoreSettings.of(Map.of("T", text));
        assertEquals(
                Kind.INVALID,
                assertThrows(StoreException.class, () -> settings.timeout("T")).kind());
    }

    @Test
    void whatAProgramGaveWinsAndGroupsAreNotMixed() {
        StoreSettings environment = StoreSettings.of(Map.of("KEY", "k", "SECRET", "s", "REGION", "r", "OTHER", "o"));
        StoreSettings both =
                environment.behind(Map.of("KEY", "mine", "OTHER", ""), List.of(Set.of("KEY", "SECRET"), Set.of("X")));
        assertEquals(Optional.of("mine"), both.get("KEY"));
        assertEquals(Optional.empty(), both.get("SECRET"));
        assertEquals(Optional.of("r"), both.get("REGION"));
        assertEquals(Optional.empty(), both.get("OTHER"));
        assertEquals(Optional.of("s"), environment.get("SECRET"));
        assertEquals("StoreSettings[KEY, OTHER, REGION]", both.toString());
    }

    @Test
    void aPathLeavesRoomForEveryKey() throws StoreException {
        StoreLocation location = StoreLocation.parse("s3://bucket/" + "ä".repeat(61));
        StoreKeys.requireRoom(location, 1023);
        StoreException failure = assertThrows(StoreException.class, () -> StoreKeys.requireRoom(location, 1022));
        assertEquals("path of " + location + " is longer than 122 bytes", failure.getMessage());
    }
}
