package org.walarchive.core.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.postgres.WalFileName;

final class DroppedFilesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:10Z");

    @TempDir
    Path wal;

    private static WalFileName name(int number) {
        return WalFileName.parse("00000001000000000000%04X".formatted(number));
    }

    private DroppedFiles dropped() {
        return new DroppedFiles(wal);
    }

    private Path note() {
        return wal.resolve(".walarchive/dropped");
    }

    @Test
    void nothingWasDropped() {
        assertEquals(
                new DroppedFiles.Summary(0, Optional.empty(), Optional.empty()),
                dropped().read());
        assertFalse(Files.exists(wal.resolve(".walarchive")));
    }

    @Test
    void aFileThatIsDroppedTwiceCountsOnce() throws Exception {
        dropped().note(name(1), NOW);
        dropped().note(name(2), NOW.plusSeconds(1));
        dropped().note(name(1), NOW.plusSeconds(2));
        assertEquals(
                new DroppedFiles.Summary(2, Optional.of(name(1)), Optional.of(NOW.plusSeconds(2))),
                dropped().read());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(note())));
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(wal.resolve(".walarchive"))));
    }

    @Test
    void linesThatAreNoneArePassedOver() throws Exception {
        dropped().note(name(1), NOW);
        Files.write(
                note(),
                ("\n \nnonsense\nyesterday " + name(5) + "\n" + NOW + " x\n" + NOW + " 0000000100")
                        .getBytes(StandardCharsets.US_ASCII),
                StandardOpenOption.APPEND);
        assertEquals(1, dropped().read().files());
    }

    @Test
    @DisplayName("of a line of which only a part could be written, the next one is no part")
    void aTornLineSpoilsNoOther() throws Exception {
        dropped().note(name(1), NOW);
        Files.writeString(note(), NOW + " 0000000100", StandardOpenOption.APPEND);
        dropped().note(name(2), NOW);
        assertEquals(2, dropped().read().files());
        assertEquals(Optional.of(name(2)), dropped().read().last());
    }

    @Test
    @DisplayName("the note grows to a bound, and then forgets the oldest")
    void theNoteIsBounded() throws Exception {
        Files.createDirectories(note().resolveSibling(""));
        int lines = 40_000;
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < DroppedFiles.LONGEST_NOTE; i++) {
            text.append(NOW).append(' ').append(name(i)).append('\n');
        }
        Files.writeString(note(), text);
        long old = dropped().read().files();
        dropped().note(name(lines), NOW);
        assertEquals(old + 1, dropped().read().files());
        assertEquals(Optional.of(name(lines)), dropped().read().last());
        Files.writeString(note(), text);
        dropped().note(name(lines + 1), NOW);
        assertEquals(old + 1, dropped().read().files());
        long bytes = Files.size(note()) + Files.size(wal.resolve(".walarchive/dropped.old"));
        assertTrue(bytes < 2 * DroppedFiles.LONGEST_NOTE, bytes + "");
    }

    @Test
    void aPauseEndsAndIsNeverLong() {
        assertFalse(dropped().isPaused(NOW));
        dropped().pause(NOW, Duration.ofSeconds(20));
        assertTrue(dropped().isPaused(NOW.plusSeconds(19)));
        assertFalse(dropped().isPaused(NOW.plusSeconds(20)));
        dropped().pause(NOW, Duration.ofHours(1));
        assertTrue(dropped().isPaused(NOW.plusSeconds(59)));
        assertFalse(dropped().isPaused(NOW.plusSeconds(60)));
        assertFalse(dropped().isPaused(NOW.minusSeconds(60)), "the clock was set back");
        dropped().endPause();
        assertFalse(dropped().isPaused(NOW));
        dropped().endPause();
    }

    @Test
    void historiesAreRememberedUntilTheyAreArchived() throws Exception {
        PostponedFiles postponed = new PostponedFiles(wal);
        WalFileName second = WalFileName.parse("00000002.history");
        WalFileName third = WalFileName.parse("00000003.history");
        assertEquals(List.of(), postponed.list());
        Files.createFile(wal.resolve(second.text()));
        Files.createFile(wal.resolve(third.text()));
        postponed.add(third);
        postponed.add(second);
        postponed.add(second);
        assertEquals(List.of(second, third), new PostponedFiles(wal).list());
        postponed.remove(second);
        assertEquals(List.of(third), postponed.list());
        assertFalse(postponed.contains(second));
        Files.delete(wal.resolve(third.text()));
        assertEquals(1, postponed.count());
        assertTrue(postponed.contains(third), "who only counts forgets nothing");
        assertEquals(List.of(), postponed.list(), "gone");
        assertFalse(postponed.contains(third));
        assertEquals(Optional.of(third), dropped().read().last());
    }

    @Test
    void aHistoryThatCannotBeLookedAtStaysPostponed() throws Exception {
        PostponedFiles postponed = new PostponedFiles(wal);
        WalFileName history = WalFileName.parse("00000002.history");
        postponed.add(history);
        Files.createSymbolicLink(wal.resolve(history.text()), Path.of(history.text()));
        assertEquals(List.of(history), postponed.list());
        assertTrue(postponed.contains(history));
    }

    @Test
    void whatCannotBeNotedFails() throws Exception {
        Files.createFile(wal.resolve(".walarchive"));
        assertThrows(IOException.class, () -> dropped().note(name(1), NOW));
        assertThrows(IOException.class, () -> new PostponedFiles(wal).add(name(1)));
        dropped().pause(NOW, Duration.ofSeconds(20));
        assertFalse(dropped().isPaused(NOW));
    }
}
