package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/**
 * How a program ended.
 *
 * @param command what was run
 * @param exit its exit code
 * @param output its standard output, a character for each byte
 * @param log its standard error
 */
public record Run(List<String> command, int exit, String output, String log) {

    /** Fails, with everything that is known, unless the program ended with an exit code. */
    public Run requireExit(int expected) {
        assertEquals(expected, exit, this::toString);
        return this;
    }

    /**
     * Fails unless the program refused with an exit code, a message and a hint, and printed nothing: standard output is
     * data.
     *
     * @param words what the log must name
     */
    public Run requireRefusal(int expected, String... words) {
        requireExit(expected);
        assertEquals("", output, this::toString);
        assertTrue(log.contains("MSG: "), this::toString);
        assertTrue(log.contains("HINT: "), this::toString);
        for (String word : words) {
            assertTrue(log.contains(word), () -> "\"" + word + "\" is not said by " + this);
        }
        return this;
    }

    @Override
    public String toString() {
        return String.join(" ", command) + "\nexit code " + exit + "\n--- output\n" + output + "\n--- log\n" + log;
    }
}
