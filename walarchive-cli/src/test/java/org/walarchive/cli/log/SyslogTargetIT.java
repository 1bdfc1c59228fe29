package org.walarchive.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.core.testing.Await;

/** Records on their way to a syslog daemon that listens, does not, or hangs. */
@Timeout(240)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class SyslogTargetIT {

    private static final String HEADER = "[A-Z][a-z]{2} [ 123]\\d \\d\\d:\\d\\d:\\d\\d ";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Path socket() {
        return directory.resolve("log");
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private SyslogTarget target(SyslogFacility facility) {
        StreamTarget stream = new StreamTarget(new PrintStream(err, true, StandardCharsets.UTF_8));
        RecordLog complaints = new RecordLog(List.of(stream), RecordForm.TEXT, Severity.INFO);
        return new SyslogTarget(socket(), "walarchive[7]", facility, complaints, stream);
    }

    static Stream<SyslogHelper.Kind> kinds() {
        return SyslogHelper.KINDS.stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aMessageIsWhatTheCLibraryWouldSend(SyslogHelper.Kind kind) throws IOException {
        FakeSyslog.requireProgram(kind.program());
        String text = "MSG: Möwe 🐘\n        DETAIL: \"100 %s\" \\n";
        try (FakeSyslog daemon = FakeSyslog.start(socket());
                SyslogHelper helper = SyslogHelper.start(kind, socket(), "wal_e[12]")) {
            assertEquals(Optional.empty(), helper.deliver(158, text.getBytes(StandardCharsets.UTF_8)));
            assertEquals(Optional.empty(), helper.deliver(11, new byte[0]));
            byte[] long_ = ("é".repeat(500) + "x".repeat(400_000)).getBytes(StandardCharsets.UTF_8);
            assertEquals(Optional.empty(), helper.deliver(12, long_), "what is too long for the socket is cut");
            List<String> messages = daemon.awaitMessages(3);
            assertTrue(
                    messages.get(0)
                            .matches("<158>" + HEADER
                                    + "wal_e\\[12]: \\QMSG: Möwe 🐘\n        DETAIL: \"100 %s\" \\n\\E"),
                    messages.get(0));
            assertTrue(messages.get(1).matches("<11>" + HEADER + "wal_e\\[12]: "), messages.get(1));
            assertTrue(messages.get(2).matches("<12>" + HEADER + "wal_e\\[12]: é+ \\[cut]"), messages.get(2));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aDaemonThatIsStartedAgainIsFoundAgain(SyslogHelper.Kind kind) throws IOException {
        FakeSyslog.requireProgram(kind.program());
        try (SyslogHelper helper = SyslogHelper.start(kind, socket(), "t")) {
            assertTrue(helper.deliver(14, new byte[] {'0'}).orElse("").endsWith(": No such file or directory"));
            try (FakeSyslog daemon = FakeSyslog.start(socket())) {
                assertEquals(Optional.empty(), helper.deliver(14, new byte[] {'1'}));
                daemon.awaitMessage(" t: 1");
            }
            try (FakeSyslog daemon = FakeSyslog.start(socket())) {
                assertEquals(Optional.empty(), helper.deliver(14, "1b".getBytes(StandardCharsets.UTF_8)));
                daemon.awaitMessage(" t: 1b");
            }
            assertTrue(helper.deliver(14, new byte[] {'2'}).orElse("").endsWith(": Connection refused"));
            try (FakeSyslog daemon = FakeSyslog.start(socket(), "stream")) {
                assertEquals(Optional.empty(), helper.deliver(14, new byte[] {'3'}));
                assertEquals(Optional.empty(), helper.deliver(14, "4\n5".getBytes(StandardCharsets.UTF_8)));
                daemon.awaitMessage(" t: 4\n5");
                assertEquals(2, daemon.awaitMessages(2).size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"datagram", "stream"})
    void everyRecordArrivesInOrderWithItsPriority(String kind) throws IOException {
        try (FakeSyslog daemon = FakeSyslog.start(socket(), kind)) {
            SyslogTarget target = target(SyslogFacility.LOCAL3);
            for (Severity severity : Severity.values()) {
                target.write(severity, severity + "\n");
                daemon.awaitMessages(1); // the helper runs: the end waits 2 s, and a start may take longer
            }
            target.close();
            List<String> messages = daemon.awaitMessages(5);
            for (int i = 0; i < 5; i++) {
                String priority =
                        List.of("<159>", "<158>", "<156>", "<155>", "<154>").get(i);
                assertTrue(messages.get(i).startsWith(priority), messages.get(i));
                assertTrue(messages.get(i).endsWith(" walarchive[7]: " + Severity.values()[i]), messages.get(i));
            }
            assertEquals("", err());
        }
    }

    @Test
    void aLongRecordSaysWhatItLacks() throws IOException {
        try (FakeSyslog daemon = FakeSyslog.start(socket())) {
            SyslogTarget target = target(SyslogFacility.USER);
            target.write(Severity.INFO, "x" + "é".repeat(5000) + "\n");
            String message = daemon.awaitMessages(1).get(0);
            target.close();
            assertTrue(message.endsWith(": x" + "é".repeat(3999) + " [2002 more bytes]"), message);
        }
    }

    @Test
    void whereNobodyListensRecordsAreReadInsteadWithOneWarning() throws IOException {
        SyslogTarget target = target(SyslogFacility.USER);
        target.write(Severity.INFO, "first\n");
        target.write(Severity.INFO, "second\n");
        target.close();
        target.write(Severity.INFO, "after the end\n");
        assertTrue(err().contains("WARNING  MSG: syslog is not reached\n        DETAIL: " + socket()), err());
        assertEquals(1, err().split("WARNING").length - 1, err());
        assertTrue(err().contains("\nfirst\nsecond\n"), err());
        assertTrue(err().contains("DETAIL: 2 records did not reach it; they are on standard error.\n"), err());
        assertTrue(err().endsWith("after the end\n"), err());
    }

    @Test
    void aDaemonThatComesBackIsToldWhatItMissed() throws IOException {
        SyslogTarget target = target(SyslogFacility.USER);
        target.write(Severity.INFO, "first\n");
        Await.until("it is missed", Duration.ofSeconds(20), () -> err().contains("first\n"));
        try (FakeSyslog daemon = FakeSyslog.start(socket())) {
            target.write(Severity.INFO, "second\n");
            daemon.awaitMessage("second");
            target.close();
        }
        assertTrue(err().contains("MSG: syslog is reached again\n        DETAIL: 1 records did not"), err());
        assertTrue(!err().contains("second"), err());
    }

    @Test
    void aDaemonThatHangsHoldsNobodyUpForLong() throws IOException {
        FakeSyslog daemon = FakeSyslog.start(socket(), "deaf");
        try {
            SyslogTarget target = target(SyslogFacility.USER);
            long start = System.nanoTime();
            int records = 3000;
            for (int i = 0; i < records; i++) {
                target.write(Severity.INFO, i + "\n");
            }
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(30).toNanos(), "writing waits");
            assertTrue(err().contains("\n" + (records - 1) + "\n"), "more wait than 1000");
            start = System.nanoTime();
            target.close();
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(30).toNanos(), "the end waits");
            // What the socket holds counts as delivered; each of the others is on standard error, and counted.
            long instead = err().lines().filter(line -> line.matches("\\d+")).count();
            assertTrue(instead > 1000 && instead < records, err());
            assertTrue(err().contains(" DETAIL: " + instead + " records did not reach it"), err());
        } finally {
            daemon.close();
        }
    }

    @Test
    void namesOfFacilities() {
        assertEquals(Optional.of(SyslogFacility.LOCAL3), SyslogFacility.named("LOCAL3"));
        assertEquals(Optional.of(SyslogFacility.AUTHPRIV), SyslogFacility.named("authpriv"));
        assertEquals(Optional.empty(), SyslogFacility.named("local8"));
        assertEquals(Optional.empty(), SyslogFacility.named(""));
        assertTrue(!Files.exists(socket()));
    }
}
