package org.walarchive.core.inventory;

import java.util.Locale;
import java.util.stream.Stream;
import org.walarchive.BackupName;
import org.walarchive.RestoreRequest;
import org.walarchive.internal.Similar;

/** Guesses which backup somebody meant who named one that there is not. It is asked, and never taken. */
public final class MeantBackup {

    /** Names of one server's backups differ in a few digits. */
    private static final int MOST_CHANGES = 2;

    private MeantBackup() {}

    /** Returns the begin of a hint: a question and a space, or nothing. */
    public static String question(String query, Stream<BackupName> names) {
        if (query.equals(RestoreRequest.LATEST)) {
            return ""; // it is meant, and there is none
        }
        return Similar.to(query.toUpperCase(Locale.ROOT), Stream.of(RestoreRequest.LATEST))
                .or(() -> Similar.to(query, names.map(BackupName::toString), MOST_CHANGES))
                .map(meant -> "Did you mean " + meant + "? ")
                .orElse("");
    }
}
