package org.walarchive.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class RecordLoggerTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final RecordLoggerFactory factory = new RecordLoggerFactory();

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private Logger logger(String name, Severity threshold) {
        factory.sendTo(new RecordLog(
                List.of(new StreamTarget(new PrintStream(bytes, true, StandardCharsets.UTF_8))),
                RecordForm.TEXT,
                threshold,
                InstantSource.fixed(Instant.EPOCH),
                7));
        return factory.getLogger(name);
    }

    @Test
    void slf4jFindsIt() {
        assertInstanceOf(RecordLoggerFactory.class, LoggerFactory.getILoggerFactory());
    }

    @Test
    void keysAndValuesAreStructured() {
        logger("org.walarchive.core.store.RetryingStore", Severity.INFO)
                .atInfo()
                .addKeyValue("state", "begin")
                .addKeyValue("attempt", 2)
                .log("put {}", "k");
        assertEquals(
                "walarchive.core.store INFO     MSG: put k\n"
                        + "        STRUCTURED: time=1970-01-01T00:00:00.000000-00 pid=7 attempt=2 state=begin\n",
                text());
    }

    @Test
    void aThrowableIsTheDetail() {
        logger("org.walarchive.core.Engine", Severity.INFO).error("gave up on {}", "k", new IllegalStateException("s"));
        assertTrue(
                text().startsWith("walarchive.core ERROR    MSG: gave up on k\n"
                        + "        DETAIL: java.lang.IllegalStateException: s\n        \tat "),
                text());
    }

    @Test
    void aThrowableDoesNotTakeTheDetailsPlace() {
        logger("org.walarchive.core.X", Severity.INFO)
                .atError()
                .addKeyValue("detail", "What is more.")
                .setCause(new IllegalStateException("s"))
                .log("m");
        assertTrue(
                text().contains(
                                " MSG: m\n        DETAIL: What is more.\n        java.lang.IllegalStateException: s\n        \tat "),
                text());
    }

    @Test
    void detailAndHintHavePlacesOfTheirOwn() {
        logger("org.walarchive.core.X", Severity.INFO)
                .atWarn()
                .addKeyValue("seg", "a")
                .addKeyValue("detail", "What is more.")
                .addKeyValue("hint", "Do that.")
                .log("m {}", 1);
        assertTrue(text().contains("MSG: m 1\n"), text());
        assertTrue(text().contains("DETAIL: What is more.\n"), text());
        assertTrue(text().contains("HINT: Do that.\n"), text());
        assertTrue(text().contains("seg=a"), text());
        assertTrue(!text().contains("detail=") && !text().contains("hint="), text());
    }

    @ParameterizedTest
    @CsvSource({
        "org.walarchive.core.wal.WalPush,walarchive.core.wal",
        "org.walarchive.core,walarchive.core",
        "com.example.Foreign,com.example.Foreign",
    })
    void names(String name, String shortName) {
        logger(name, Severity.INFO).warn("m");
        assertTrue(text().startsWith(shortName + " "), text());
    }

    @ParameterizedTest
    @CsvSource({
        "org.walarchive.core.X,DEBUG,debug info warn error",
        "org.walarchive.core.X,INFO,info warn error",
        "org.walarchive.core.X,WARNING,warn error",
        "com.example.Foreign,DEBUG,info warn error",
        "com.example.Foreign,INFO,warn error",
        "com.example.Foreign,ERROR,error",
    })
    void thresholds(String name, Severity threshold, String written) {
        Logger logger = logger(name, threshold);
        logger.trace("trace");
        logger.debug("debug");
        logger.info("info");
        logger.warn("warn");
        logger.error("error");
        assertEquals(
                written,
                text().lines()
                        .filter(line -> line.contains("MSG: "))
                        .map(line -> line.substring(line.indexOf("MSG: ") + 5))
                        .reduce((a, b) -> a + " " + b)
                        .orElse(""));
    }
}
