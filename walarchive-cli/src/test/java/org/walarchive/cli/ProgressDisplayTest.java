package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.Progress;
import org.walarchive.Progress.Phase;
import org.walarchive.ProgressListener;

final class ProgressDisplayTest {

    private static final String ERASE = "\r\033[K";
    private static final OptionalLong UNKNOWN = OptionalLong.empty();

    private final AtomicLong nanos = new AtomicLong();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final Cli cli = new Cli();

    @AfterEach
    void noTerminal() {
        System.clearProperty(Terminal.ERROR_PROPERTY);
    }

    private void pass(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    private static Progress send(long done, long total) {
        return new Progress(Phase.SEND, done, OptionalLong.of(total), 0, UNKNOWN);
    }

    private String written() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    @Test
    void theLineIsTakenAwayBeforeAnythingElseIsWrittenAndAtTheEnd() {
        StatusLine line = new StatusLine(terminal);
        PrintStream log = new PrintStream(line, true, StandardCharsets.UTF_8);
        ProgressDisplay display = new ProgressDisplay(Optional.of(new ProgressView.Bar(line, 30)), nanos::get);
        display.tick();
        assertEquals("", written()); // nothing is known yet
        display.onProgress(send(50, 100));
        display.tick();
        assertEquals(
                ERASE + "sending  50% [======      ]".substring(0, 12),
                written().substring(0, 16));
        log.println("first");
        log.println("second");
        assertEquals(ERASE + "first\nsecond\n", written());
        display.tick();
        assertTrue(written().startsWith(ERASE));
        display.close();
        assertEquals(ERASE, written());
        display.tick();
        display.close();
        assertEquals("", written());
    }

    @Test
    void aPhaseThatEndsBetweenTwoLinesIsInJsonAllTheSame() {
        ProgressDisplay display = new ProgressDisplay(Optional.of(new ProgressView.Lines(terminal)), nanos::get);
        display.onProgress(new Progress(Phase.SEND, 7, UNKNOWN, 1, UNKNOWN));
        pass(1000);
        display.tick();
        pass(3000);
        display.onProgress(new Progress(Phase.SEND, 307, OptionalLong.of(407), 2, OptionalLong.of(3)));
        display.tick();
        display.onProgress(new Progress(Phase.SEND, 407, OptionalLong.of(407), 3, OptionalLong.of(3)));
        display.onProgress(new Progress(Phase.AWAIT_WAL, 0, UNKNOWN, 0, OptionalLong.of(1)));
        pass(100);
        display.close();
        assertEquals("""
                {"phase":"send","bytes":7,"totalBytes":null,"items":1,"totalItems":null,"rate":null,"etaSeconds":null,"elapsedSeconds":1}
                {"phase":"send","bytes":307,"totalBytes":407,"items":2,"totalItems":3,"rate":100,"etaSeconds":1,"elapsedSeconds":4}
                {"phase":"send","bytes":407,"totalBytes":407,"items":3,"totalItems":3,"rate":129,"etaSeconds":0,"elapsedSeconds":4}
                {"phase":"await_wal","bytes":0,"totalBytes":null,"items":0,"totalItems":1,"rate":null,"etaSeconds":null,"elapsedSeconds":4}
                """, written());
    }

    @Test
    void theRateIsThatOfTheLastSeconds() {
        Speed speed = new Speed();
        assertEquals(UNKNOWN, speed.bytesPerSecond());
        for (int second = 0; second <= 60; second++) {
            speed.add(second * 1_000_000_000L, second <= 30 ? second * 1000 : 30_000);
        }
        assertEquals(OptionalLong.of(0), speed.bytesPerSecond());
        speed.add(70_000_000_000L, 32_000);
        assertEquals(133, speed.bytesPerSecond().orElseThrow()); // 2000 in 15 s
        speed.add(71_000_000_000L, 0); // begun anew
        assertEquals(UNKNOWN, speed.bytesPerSecond());
    }

    private Optional<ProgressListener> listenerOf(String... words) {
        assertEquals(0, cli.run(words), cli.err());
        return words[0].equals("backup-push")
                ? cli.archive.pushRequest.progress()
                : cli.archive.restoreRequest.progress();
    }

    @ParameterizedTest
    @CsvSource({"backup-push /d", "backup-fetch /d LATEST"})
    void whatIsNoTerminalIsToldNothingUnlessItIsAskedFor(String words) {
        cli.environment.put("TERM", "xterm");
        assertTrue(listenerOf(words.split(" ")).isEmpty());
        assertTrue(listenerOf((words + " --progress auto").split(" ")).isEmpty());
        assertTrue(listenerOf((words + " --progress json").split(" ")).isPresent());
    }

    @ParameterizedTest
    @CsvSource({"xterm,auto,true", "xterm,none,false", "dumb,auto,false", ",auto,false"})
    void aTerminalGetsALineIfItCanTakeItAway(String kind, String mode, boolean shown) {
        System.setProperty(Terminal.ERROR_PROPERTY, "80");
        if (kind != null) {
            cli.environment.put("TERM", kind);
        }
        cli.archive.work = () -> cli.archive.pushRequest.progress().ifPresent(listener -> {
            listener.onProgress(send(1, 2));
            awaitText("  sending  50% ");
        });
        assertEquals(shown, listenerOf("backup-push", "/d", "--progress", mode).isPresent());
        assertEquals(shown, cli.err().endsWith(ERASE));
    }

    private void awaitText(String text) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!cli.err().contains(text)) {
            assertTrue(System.nanoTime() < end, cli.err());
            Thread.onSpinWait();
        }
    }

    @Test
    void theLastLineOfJsonIsThereWhenTheCommandEndsAlsoWhenItFailed() {
        cli.archive.work = () -> {
            cli.archive.verifyRequest.progress().orElseThrow().onProgress(send(2, 2));
            throw new InterruptedException();
        };
        assertEquals(1, cli.run("verify", "--progress", "json"));
        List<String> lines =
                cli.err().lines().filter(line -> line.startsWith("{")).toList();
        assertEquals(1, lines.size(), cli.err());
        assertTrue(lines.get(0).startsWith("{\"phase\":\"send\",\"bytes\":2,"), lines.get(0));
    }

    @Test
    void anotherWordIsRefused() {
        assertEquals(2, cli.run("verify", "--progress", "bar"));
        assertTrue(cli.err().contains("MSG: --progress: \"bar\" is none of auto, json, none\n"), cli.err());
        assertFalse(cli.archive.calls.contains("close"));
    }
}
