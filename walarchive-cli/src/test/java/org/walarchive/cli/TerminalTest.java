package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.check.CheckReport;
import org.walarchive.check.CheckResult;

final class TerminalTest {

    private final Cli cli = new Cli();

    @AfterEach
    void noTerminal() {
        System.clearProperty(Terminal.OUTPUT_PROPERTY);
    }

    @ParameterizedTest
    @CsvSource({
        "true,xterm,,ANSI",
        "true,xterm,'',ANSI",
        "true,xterm,1,NONE",
        "true,dumb,,NONE",
        "true,'',,NONE",
        "false,xterm,,NONE"
    })
    void coloursAreForTerminalsWhereNobodyObjects(boolean terminal, String kind, String noColour, Colours colours) {
        System.setProperty(Terminal.OUTPUT_PROPERTY, Boolean.toString(terminal));
        Map<String, String> environment = new HashMap<>(Map.of("TERM", kind));
        if (noColour != null) {
            environment.put("NO_COLOR", noColour);
        }
        assertEquals(colours, Terminal.colours(environment));
    }

    @Test
    void whatFailsIsRed() {
        System.setProperty(Terminal.OUTPUT_PROPERTY, "true");
        cli.environment.put("TERM", "xterm");
        cli.archive.checkReport = new CheckReport(
                "file://localhost/srv/archive",
                Instant.EPOCH,
                Duration.ZERO,
                List.of(
                        new CheckResult("store", CheckResult.Status.FAIL, "gone", Optional.empty()),
                        new CheckResult("queue", CheckResult.Status.OK, "short", Optional.empty())));
        cli.run("check");
        assertTrue(cli.out().contains("\n\033[31mFAIL\033[0m  store  gone\nOK    queue  short\n"), cli.out());
    }
}
