package org.walarchive.cli;

import java.util.Map;
import org.walarchive.ConfigurationException;

/** How many WAL files {@code wal-push} archives at once: its option, else the variable, else the default. */
final class WalPushPool {

    static final String VARIABLE = "WALARCHIVE_WAL_POOL_SIZE";

    /** WAL-E has 32. From 4 on more are not faster on two cores, and each holds the buffers of an upload. */
    static final int DEFAULT_SIZE = 8;

    private WalPushPool() {}

    /** Returns at least 1, which is what less means to WAL-E too: the file that is asked for, and no other. */
    static int of(CommandLine line, Map<String, String> environment) throws UsageException, ConfigurationException {
        String variable = environment.getOrDefault(VARIABLE, "");
        if (line.has(Option.POOL_SIZE)) {
            return Math.max(1, line.number(Option.POOL_SIZE, DEFAULT_SIZE));
        } else if (variable.isEmpty()) {
            return DEFAULT_SIZE;
        }
        try {
            return Math.max(1, Integer.parseInt(variable));
        } catch (NumberFormatException e) {
            throw new ConfigurationException(
                    VARIABLE + " cannot be read",
                    "\"" + variable + "\" is not a number",
                    "Correct or unset " + VARIABLE + ".",
                    e);
        }
    }
}
